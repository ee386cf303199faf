/** Numbers beside torch's. */
import type { Labelled } from "../src/index.ts";

/** Numbers nested as deep as they like. */
export type Nested = number | readonly Nested[];

/** The furthest that numbers have been from those expected: absolute, or relative beyond 1. */
export class Agreement {
  worst = 0;

  /** @throws where the numbers are not as many as expected, or further from them than 1e-4. */
  check(what: string, actual: ArrayLike<number> | Labelled, expected: Nested): void {
    const numbers: ArrayLike<number> = "axes" in actual ? actual.data : actual;
    const wanted = flat(expected);
    if (numbers.length !== wanted.length)
      throw new Error(`${what}: ${numbers.length} numbers instead of ${wanted.length}`);
    for (const [i, want] of wanted.entries()) {
      const error = Math.abs((numbers[i] as number) - want) / Math.max(1, Math.abs(want));
      if (!(error < 1e-4)) throw new Error(`${what}: at ${i} ${numbers[i]} instead of ${want}`);
      this.worst = Math.max(this.worst, error);
    }
  }
}

export function flat(nested: Nested): number[] {
  return typeof nested === "number" ? [nested] : nested.flatMap(flat);
}
