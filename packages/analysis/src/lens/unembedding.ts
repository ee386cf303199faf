/** What a lens reads the stream with. */
import {
  atLine,
  type ConstantLike,
  callSite,
  type GPT2LanguageModel,
  type Held,
  ShapeMismatchError,
  Tensor,
  tensor,
  type Value,
} from "insitu";
import type { ModelShape } from "../shared/modelShape.ts";
import type { LensPlace } from "./lensPlaces.ts";

/**
 * Records the reading of a place: `hidden` is the stream there, [prompts, positions, width]; gives logits,
 * [prompts, positions, vocabulary]. The model's own is `(hidden) => model.lm_head(model.transformer.ln_f(hidden))`; a
 * tuned lens changes `hidden` first, by its layer.
 */
export type LensFunction = (hidden: Value, place: LensPlace) => Value;

/** A matrix [vocabulary, width], used after the model's `ln_f` in place of its `lm_head`; or a function. */
export type Unembedding = Tensor | readonly (readonly number[])[] | LensFunction;

/** Holds what the reading needs on the device, inside a trace; gives the reading. @throws ShapeMismatchError */
export function unembedding(model: GPT2LanguageModel, given: Unembedding | undefined, shape: ModelShape): LensFunction {
  const { lm_head, transformer } = model;
  const { vocabulary, width } = shape;
  if (given === undefined) return (hidden) => lm_head(transformer.ln_f(hidden));
  if (typeof given === "function") {
    return (hidden, place) => {
      // Errors in it are at its own lines.
      const logits = atLine(undefined, () => given(hidden, place));
      const expected = [...hidden.shape.slice(0, -1), vocabulary];
      if (logits?.shape?.join() === expected.join()) return logits;
      throw new ShapeMismatchError(
        `The lens at ${place.label} gives ${logits?.shape ? `a value of shape [${logits.shape}]` : "no value"}.`,
        `Give logits of shape [${expected}].`,
      ).at(callSite());
    };
  }
  const matrix = held(given, [vocabulary, width]);
  return (hidden) => transformer.ln_f(hidden).matMul(matrix, false, true);
}

/** The matrix goes to the device once, not with every place. */
function held(given: Tensor | readonly (readonly number[])[], expected: readonly number[]): Held {
  const shape = given instanceof Tensor ? given.shape : [given.length, given[0]?.length ?? 0];
  if (shape.join() !== expected.join()) {
    throw new ShapeMismatchError(
      `The unembedding has shape [${shape}].`,
      `It is [vocabulary, width], here [${expected}].`,
    ).at(callSite());
  }
  return tensor(given as ConstantLike).hold();
}
