/** A norm applied to parts of what it reads, with the scale that it has in the run. */
import { ArgumentError, callSite, type LayerNormHandle, ShapeMismatchError, type Value } from "insitu";

export interface ApplyLayerNormOptions {
  /** Which positions the stack has, where not all of the prompt's. */
  positions?: readonly number[];
  /** Whether to multiply by the norm's weight: true unless given. */
  weight?: boolean;
}

/**
 * Inside a trace: (x - mean) / scale · weight of each entry of a stack [..., prompts, positions, width], the scale being
 * √(variance + ε) of the whole stream that `norm` reads in this run ("frozen"), so that the norm is linear: the results
 * for parts of the stream sum to `norm.output - norm.bias`. TransformerLens's `apply_ln_to_stack` is
 * `{ weight: false }`, as it has the weight in the matrices that follow.
 *
 * @throws ShapeMismatchError for a stack of other prompts, positions or width; ArgumentError or UnknownModuleError for
 *   what is no norm.
 */
export function applyLayerNorm(stack: Value, norm: LayerNormHandle, options: ApplyLayerNormOptions = {}): Value {
  if (typeof norm?.path !== "string") {
    throw new ArgumentError(
      `${String(norm)} is no norm.`,
      "Pass model.transformer.ln_f, or ln_1 or ln_2 of a block.",
    ).at(callSite());
  }
  const { positions } = options;
  const scale = positions ? norm.source.scale.at(":", [...positions]) : norm.source.scale;
  const expected = [...scale.shape.slice(0, 2), norm.weight.shape[0]];
  if (stack.shape.slice(-3).join() !== expected.join()) {
    throw new ShapeMismatchError(
      `A stack of shape [${stack.shape}] does not end in what ${norm.path} reads.`,
      `Its last dimensions are [prompts, positions, width], here [${expected}]; say positions where it has only some.`,
    ).at(callSite());
  }
  const normalized = stack.sub(stack.mean(-1, true)).div(scale);
  return options.weight === false ? normalized : normalized.mul(norm.weight);
}
