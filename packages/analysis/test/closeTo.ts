import { expect } from "vitest";

/** Within 1e-4, relative for what is larger than 1. Gives the largest difference. */
export function expectNear(actual: ArrayLike<number>, wanted: unknown, what: string): number {
  const numbers = [wanted].flat(8) as number[];
  expect(actual.length, what).toBe(numbers.length);
  const worst = numbers.reduce(
    (worst, x, i) => {
      const off = Math.abs(actual[i]! - x) / Math.max(1, Math.abs(x));
      return off <= worst.off ? worst : { off, i };
    },
    { off: -1, i: 0 },
  );
  const { off, i } = worst;
  expect(off, `${what}: ${actual[i]} at ${i}, not ${numbers[i]}`).toBeLessThan(1e-4);
  return off;
}
