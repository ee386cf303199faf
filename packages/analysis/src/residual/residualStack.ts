/** Vectors of the residual stream, with their labels. */
import { Tensor } from "insitu";
import type { Batch } from "../shared/batch.ts";
import { Labelled } from "../shared/labelled.ts";
import { indices } from "../shared/request.ts";

export interface ResidualStack {
  /** [component, position, dimension]; [component, prompt, position, dimension] where a list of prompts was given. */
  stack: Labelled;
  /** The prompts' tokens. */
  prompts: { ids: number[][]; tokens: string[][] };
}

/** Parts [some, prompts, positions, width] one after the other. */
export function residualStack(batch: Batch, labels: readonly string[], parts: readonly Tensor[]): ResidualStack {
  const width = parts[0]!.shape.at(-1) as number;
  const data = new Float32Array(parts.reduce((sum, part) => sum + part.size, 0));
  let offset = 0;
  for (const part of parts) {
    data.set(part.data, offset);
    offset += part.size;
  }
  const axes = [
    { name: "component", labels },
    ...batch.prompts,
    batch.position,
    { name: "dimension", labels: indices(width).map(String) },
  ];
  const shape = axes.map(({ labels }) => labels.length);
  return {
    stack: new Labelled("residual stream", axes, new Tensor(shape, "float32", data)),
    prompts: { ids: batch.ids, tokens: batch.tokens },
  };
}
