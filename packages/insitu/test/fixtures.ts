/** What several test files need: the oracle's model, and a place to look at errors. */
import { expect } from "vitest";
import type { InsituError, Tensor } from "../src/index.ts";

/** A 3-layer GPT-2, 64 wide, 4 heads, vocabulary 512, 128 positions; no tokenizer. */
export const MODEL = "apps/conformance/oracle/model";

export const PROMPT = [11, 405, 27, 318];

/** The error that a call throws, or a promise rejects with. */
export async function errorOf(work: () => unknown): Promise<InsituError> {
  try {
    await work();
  } catch (error) {
    return error as InsituError;
  }
  return expect.unreachable("it should have thrown") as never;
}

/** Of the same shape and dtype, and the same numbers to 1e-5. */
export function expectClose(a: Tensor, b: Tensor, what = ""): void {
  expect([a.shape, a.dtype], what).toEqual([b.shape, b.dtype]);
  const difference = Array.from(a.data, (x, i) => Math.abs(x - b.data[i]!)).reduce((m, x) => Math.max(m, x), 0);
  expect(difference, what).toBeLessThan(1e-5);
}
