/** What the residual stream is a sum of, by TransformerLens's names. */
import { ArgumentError, callSite, type GPT2LanguageModel, type Value, zeros } from "insitu";
import { headLabel, type ModelShape } from "../shared/modelShape.ts";
import { indices } from "../shared/request.ts";
import type { Depth } from "./streamDepth.ts";

/**
 * "component": the embeddings, and what each attention and MLP adds. "head": each head, the MLPs, the embeddings, and
 * the biases of attention as one. "neuron": each head, each neuron, the embeddings, and all biases as one.
 */
export type PartsBy = (typeof WAYS)[number];

const WAYS = ["component", "head", "neuron"] as const;

/** One part of the sum, or those of a layer's heads or neurons. */
export type Part =
  | { kind: "stream"; labels: [string]; value: (model: GPT2LanguageModel) => Value }
  | { kind: "heads" | "neurons"; labels: string[]; layer: number }
  | { kind: "bias"; labels: [string]; value: (model: GPT2LanguageModel) => Value };

/** In TransformerLens's order. @throws ArgumentError for another `by`. */
export function residualParts(by: PartsBy, { layer, mlpInput }: Depth, shape: ModelShape): Part[] {
  if (!WAYS.includes(by)) {
    throw new ArgumentError(`by is ${JSON.stringify(by)}.`, `Use one of ${WAYS.join(", ")}.`, { by }).at(callSite());
  }
  const attentions = indices(layer + (mlpInput ? 1 : 0));
  const layers = indices(layer);
  const mlp = (i: number): Part => stream(`${i}_mlp_out`, ({ transformer }) => transformer.h.at(i).mlp.output);
  const embeddings = [
    stream("embed", ({ transformer }) => transformer.wte.output),
    stream("pos_embed", ({ transformer }) => transformer.wpe.output),
  ];
  if (by === "component") {
    const parts = attentions.flatMap((i) => {
      const attention = stream(`${i}_attn_out`, ({ transformer }) => transformer.h.at(i).attn.output[0]);
      return i < layer ? [attention, mlp(i)] : [attention];
    });
    return [...embeddings, ...parts];
  }
  const heads = attentions.map(
    (i): Part => ({ kind: "heads", layer: i, labels: indices(shape.heads).map((head) => headLabel(i, head)) }),
  );
  const neurons = (i: number): Part => ({
    kind: "neurons",
    layer: i,
    labels: indices(shape.neurons).map((neuron) => `L${i}N${neuron}`),
  });
  const bias: Part = {
    kind: "bias",
    labels: ["bias"],
    value: ({ transformer }) => {
      const ofAttention = attentions.map((i) => transformer.h.at(i).attn.c_proj.bias);
      const ofMlps = by === "neuron" ? layers.map((i) => transformer.h.at(i).mlp.c_proj.bias) : [];
      return [...ofAttention, ...ofMlps].reduce((sum, bias) => sum.add(bias), zeros([shape.width]));
    },
  };
  return [...heads, ...layers.map(by === "neuron" ? neurons : mlp), ...embeddings, bias];
}

/** What a layer's heads write with, [heads · head width, width], and what they write, [prompts, tokens, same]. */
export function writtenBy({ transformer }: GPT2LanguageModel, part: { kind: "heads" | "neurons"; layer: number }) {
  const { attn, mlp } = transformer.h.at(part.layer);
  if (part.kind === "neurons") return { activations: mlp.act.output, weight: mlp.c_proj.weight };
  const { z } = attn.source;
  const [prompts, tokens, heads, width] = z.shape as [number, number, number, number];
  return { activations: z.reshape([prompts, tokens, heads * width]), weight: attn.c_proj.weight };
}

const stream = (label: string, value: (model: GPT2LanguageModel) => Value): Part => ({
  kind: "stream",
  labels: [label],
  value,
});
