/** The numbers that say how large a model is. */
import type { GPT2LanguageModel } from "insitu";

export interface ModelShape {
  layers: number;
  heads: number;
  headWidth: number;
  /** Of the residual stream. */
  width: number;
  /** Of an MLP. */
  neurons: number;
  vocabulary: number;
}

export function modelShape(model: GPT2LanguageModel): ModelShape {
  const { h } = model.transformer;
  const { z, hidden, logits } = model.scan([0], () => {
    const block = h[0]!;
    return { z: block.attn.source.z, hidden: block.mlp.act.output, logits: model.lm_head.output };
  });
  const [, , heads, headWidth] = z.shape as [number, number, number, number];
  return {
    layers: h.length,
    heads,
    headWidth,
    width: heads * headWidth,
    neurons: hidden.shape[2] as number,
    vocabulary: logits.shape[2] as number,
  };
}

/** "L1H0". */
export const headLabel = (layer: number, head: number): string => `L${layer}H${head}`;

/** "L0", "L1" … */
export const layerLabels = (layers: readonly number[]): string[] => layers.map((layer) => `L${layer}`);
/** "H0", "H1" … */
export const headLabels = (heads: readonly number[]): string[] => heads.map((head) => `H${head}`);
