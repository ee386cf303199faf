import type { ExpectMatcherState } from "@playwright/test";
import { ArgumentError, callSite } from "insitu";
import { answer, type MatcherAnswer } from "./state.ts";
import { shapeText } from "./text.ts";

/** Whether something with a shape, such as a tensor, has this one; null stands for any size. */
export function toHaveShape(
  this: ExpectMatcherState,
  received: unknown,
  expected: readonly (number | null)[],
): MatcherAnswer {
  const shape = (received as { shape?: readonly number[] } | null | undefined)?.shape;
  if (!Array.isArray(shape) || !Array.isArray(expected)) {
    throw new ArgumentError(
      Array.isArray(shape) ? "toHaveShape was given no shape." : "toHaveShape was given what has no shape.",
      "Expect a saved tensor, or what scan gives, to have a list of sizes: toHaveShape([1, 8, 256]).",
    ).at(callSite());
  }
  const pass = shape.length === expected.length && shape.every((n, i) => expected[i] === null || expected[i] === n);
  return answer(this, "toHaveShape", pass, ["tensor", "shape"], () => {
    const not = this.isNot ? "not " : "";
    return `Expected shape: ${not}${shapeText(expected)}\nReceived shape: ${shapeText(shape)}`;
  });
}
