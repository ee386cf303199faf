/**
 * Counts messages: more in a second than a page can read, while it stays usable, is an attack or a mistake, and so is what no
 * sandbox of ours sends. That is counted apart: a page that is slow reads few in a second, however many wait.
 */

const MOST_A_SECOND = 5000;
const MOST_UNKNOWN = 100;

export class Flood {
  private second = 0;
  private inSecond = 0;
  private unknown = 0;

  /** Counts one, which means something or does not; whether that is too many. */
  counts(known: boolean): boolean {
    const second = Math.floor(performance.now() / 1000);
    if (second !== this.second) {
      this.second = second;
      this.inSecond = 0;
    }
    if (!known) this.unknown++;
    return ++this.inSecond > MOST_A_SECOND || this.unknown > MOST_UNKNOWN;
  }
}

export const FLOODED = "it sent more than the page can read";
