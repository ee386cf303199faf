/** The prompts that were traced last: what the queries and keys of a pattern are called. */

const KEPT = 12;

export class Prompts {
  private readonly recent: (readonly string[])[] = [];

  note(tokens: readonly string[]): void {
    this.recent.unshift(tokens);
    this.recent.length = Math.min(this.recent.length, KEPT);
  }

  /** The tokens of the last prompt of so many. */
  ofLength(length: number): readonly string[] | undefined {
    return this.recent.find((tokens) => tokens.length === length);
  }
}
