/** The numbers that say how large a model is. */
import { type GPT2LanguageModel, scalar } from "insitu";

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

/** From what is known of the places, without recording: an edit of the model may not fit every prompt. */
export function modelShape(model: GPT2LanguageModel): ModelShape {
  const { sites, vocabSize } = model.spec;
  const sizes = (module: string, port: string) =>
    sites.find((site) => site.module === module && site.port === port)?.shape as number[];
  const [, , heads, headWidth] = sizes("transformer.h.0.attn", "source.z") as [number, number, number, number];
  return {
    layers: model.transformer.h.length,
    heads,
    headWidth,
    width: heads * headWidth,
    neurons: sizes("transformer.h.0.mlp.act", "output")[2] as number,
    vocabulary: vocabSize,
  };
}

/** Whether edits of the model (`model.edit`) act on such a prompt. */
export function isEdited(model: GPT2LanguageModel, ids: readonly (readonly number[])[]): boolean {
  const { nodes } = model.record(ids, () => ({ nothing: scalar(0).save() }));
  return nodes.some(({ kind }) => kind === "set" || kind === "skip");
}

/** "L1H0". */
export const headLabel = (layer: number, head: number): string => `L${layer}H${head}`;

/** "L0", "L1" … */
export const layerLabels = (layers: readonly number[]): string[] => layers.map((layer) => `L${layer}`);
/** "H0", "H1" … */
export const headLabels = (heads: readonly number[]): string[] => heads.map((head) => `H${head}`);
