/** How far up the residual stream is looked at. */
import { ArgumentError, callSite, type GPT2LanguageModel, type LayerNormHandle, type Value } from "insitu";

export interface DepthOptions {
  /** The stream before this layer; -1, or the number of layers, for the final stream, as unless given. */
  layer?: number;
  /** With attention of that layer: the stream that its MLP reads. */
  mlpInput?: boolean;
}

export interface Depth {
  /** How many whole layers have written. */
  layer: number;
  /** Whether attention of the next one has, too. */
  mlpInput: boolean;
}

/** @throws ArgumentError for a layer that there is not. */
export function depthOf({ layer = -1, mlpInput = false }: DepthOptions, layers: number): Depth {
  if (!Number.isInteger(layer) || layer < -1 || layer > layers) {
    throw new ArgumentError(
      `layer is ${layer}; there are ${layers}.`,
      `Use 0 to ${layers}, the stream before that layer; ${layers}, or -1, is the final stream.`,
      { layer },
    ).at(callSite());
  }
  const depth = { layer: layer === -1 ? layers : layer, mlpInput };
  if (mlpInput && depth.layer === layers) {
    throw new ArgumentError("mlpInput of the final stream.", `No MLP reads it: name a layer below ${layers}.`, {
      layer,
    }).at(callSite());
  }
  return depth;
}

/** The stream itself, inside a trace: [prompts, tokens, width]. */
export function streamAt(model: GPT2LanguageModel, { layer, mlpInput }: Depth): Value {
  if (layer === model.transformer.h.length) return model.hook(`blocks.${layer - 1}.hook_resid_post`);
  return model.hook(`blocks.${layer}.${mlpInput ? "hook_resid_mid" : "hook_resid_pre"}`);
}

/** The norm that reads the stream there. */
export function normAt({ transformer }: GPT2LanguageModel, { layer, mlpInput }: Depth): LayerNormHandle {
  const block = layer < transformer.h.length ? transformer.h.at(layer) : undefined;
  if (!block) return transformer.ln_f;
  return mlpInput ? block.ln_2 : block.ln_1;
}
