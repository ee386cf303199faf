/** Comparing with goldens: 1e-4, absolute or, of numbers larger than 1, relative. */
import { expect } from "vitest";

const errors = new Map<string, number>();

/** The largest error seen so far, in that measure. */
export const worst = (backend: string): number => errors.get(backend) ?? 0;

export function expectClose(backend: string, given: ArrayLike<number>, golden: readonly number[], within = 1e-4): void {
  expect(given.length).toBe(golden.length);
  for (const [i, x] of golden.entries()) {
    const error = Math.abs(given[i]! - x) / Math.max(1, Math.abs(x));
    errors.set(backend, Math.max(worst(backend), error));
    if (!(error < within)) expect.fail(`${given[i]} at ${i} should be ${x}`);
  }
}
