import type { ExpectMatcherState } from "@playwright/test";
import { attachPictures } from "../pictures/attachPictures.ts";
import { type Comparison, compare, type Tolerance } from "./compare.ts";
import { asTensor, type Expected, type Numbers, numbersOf } from "./numbers.ts";
import { answer, type MatcherAnswer } from "./state.ts";
import { describeComparison, shapeText } from "./text.ts";

/** Whether a tensor's numbers are these, nearly; its shape and dtype exactly, where they are given. */
export async function toMatchTensor(
  this: ExpectMatcherState,
  received: unknown,
  expected: Expected,
  tolerance: Tolerance = {},
): Promise<MatcherAnswer> {
  const tensor = asTensor(received, "toMatchTensor");
  const wanted = numbersOf(expected, tensor.data.length, "toMatchTensor");
  const { pass, text, comparison } = matchTensor(tensor, wanted, tolerance, this.isNot);
  if (!pass && !this.isNot && comparison) await attachPictures("tensor", tensor, wanted, comparison);
  return answer(this, "toMatchTensor", pass, ["tensor", "expected"], text);
}

/** The comparison that both matchers of tensors make. */
export function matchTensor(
  tensor: Numbers & { shape: readonly number[] },
  wanted: Numbers,
  tolerance: Tolerance,
  isNot: boolean,
): { pass: boolean; text: () => string; comparison?: Comparison } {
  const form = formProblem(tensor, wanted);
  if (form) return { pass: false, text: () => form };
  const comparison = compare(tensor, wanted, tolerance);
  return {
    pass: comparison.off === 0,
    comparison,
    text: () =>
      isNot
        ? `Expected the numbers to differ, but none is off.\n${describeComparison(comparison, tensor.shape)}`
        : describeComparison(comparison, tensor.shape),
  };
}

function formProblem(tensor: Numbers & { shape: readonly number[] }, wanted: Numbers): string | undefined {
  const differ = (what: string, expected: unknown, received: unknown) =>
    `Expected ${what}: ${expected}\nReceived ${what}: ${received}`;
  if (wanted.shape && shapeText(wanted.shape) !== shapeText(tensor.shape))
    return differ("shape", shapeText(wanted.shape), shapeText(tensor.shape));
  if (wanted.data.length !== tensor.data.length)
    return differ("size", wanted.data.length, `${tensor.data.length} (shape ${shapeText(tensor.shape)})`);
  if (wanted.dtype && wanted.dtype !== tensor.dtype) return differ("dtype", wanted.dtype, tensor.dtype);
  return undefined;
}
