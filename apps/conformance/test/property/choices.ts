/** A program's decisions, taken one after another from random numbers; when those end, the simplest is taken. */
export class Choices {
  private next = 0;

  constructor(private readonly numbers: readonly number[]) {}

  /** A whole number from 0 to n - 1. */
  below(n: number): number {
    const x = this.numbers[this.next++] ?? 0;
    return n <= 1 ? 0 : x % n;
  }

  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  of<T>(options: readonly T[]): T {
    return options[this.below(options.length)] as T;
  }

  /** True once in `n` times. */
  once(n: number): boolean {
    return this.below(n) === n - 1;
  }

  /** A number with two binary places from -most to most, the same in every float format. */
  number(most: number): number {
    const steps = most * 4;
    const n = this.below(2 * steps + 1);
    return (n <= steps ? n : steps - n) / 4;
  }
}
