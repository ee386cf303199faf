/** Sweeps whose variants begin late, against one trace for each: for every backend. */
import { expect } from "vitest";
import type { GPT2LanguageModel, Prompt, Tensor, Value } from "../src/index.ts";

/** Two rows; one that begins with padding, which an edit reaches back to; one with a hole in its mask. */
const BATCHES: Prompt[] = [
  [
    [11, 405, 27, 318, 96],
    [7, 8, 9, 44, 2],
  ],
  [
    [11, 405, 27, 318, 96],
    [7, 8, 9],
  ],
  { ids: [[11, 405, 27, 318, 96]], mask: [[1, 0, 1, 1, 1]] },
];

/** What a variant reads beside its logits. */
const reads = (model: GPT2LanguageModel): ((i: number) => Value)[] => [
  () => model.lm_head.output.at(":", -1),
  () => model.lm_head.output,
  () => model.lm_head.output.at(":", "2:4"),
  () => model.transformer.ln_f.output,
  (i) => model.transformer.h[i]!.output,
  (i) => model.transformer.h[i]!.attn.source.z,
  (i) => model.transformer.h[i]!.ln_2.source.scale,
];

/** Everything that can be edited position by position. */
const places = (model: GPT2LanguageModel): ((i: number) => Value)[] => [
  (i) => model.transformer.h[i]!.output,
  (i) => model.transformer.h[i]!.source.residMid,
  (i) => model.transformer.h[i]!.attn.output[0],
  (i) => model.transformer.h[i]!.attn.source.z,
  (i) => model.transformer.h[i]!.mlp.output,
  (i) => model.transformer.h[i]!.mlp.c_fc.output,
  (i) => model.transformer.h[i]!.ln_1.source.normalized,
  () => model.transformer.wte.output,
];

/** One read a sweep, so that what one needs is not run because of another; alone, a trace gives all the reads at once. */
export async function checkRagged(model: GPT2LanguageModel): Promise<void> {
  for (const batch of BATCHES) await checkBatch(model, batch);
}

async function checkBatch(model: GPT2LanguageModel, batch: Prompt): Promise<void> {
  const before = (await model.memory()).numTensors;
  /** What is edited, and the layer whose values are read afterwards. */
  const variants: [edit: () => void, layer: number][] = places(model).flatMap((place, at) =>
    [0, 1, 2].map((layer): [() => void, number] => [
      () =>
        void place(layer)
          .at(":", (at + layer) % 5)
          .mul_(-0.5),
      layer,
    ]),
  );
  variants.push([() => {}, 1]);
  variants.push([
    () => {
      model.transformer.h[0]!.output.at(":", "3:").add_(0.25);
      model.transformer.h[2]!.output.at(0, 1).set(0.5);
    },
    2,
  ]);
  const alone: Tensor[][] = [];
  for (const [edit, layer] of variants) {
    const all = await model.trace(batch, () => {
      edit();
      return reads(model).map((read) => read(layer).save());
    });
    alone.push(all as Tensor[]);
  }
  for (const [r, read] of reads(model).entries()) {
    const bodies = variants.map(([edit, layer]) => () => {
      edit();
      return read(layer).save();
    });
    const together = (await model.traceAll(batch, bodies)) as Tensor[];
    for (const [i, result] of together.entries()) expectSame(result, alone[i]![r]!, `body ${i}, read ${r}`);
  }
  expect((await model.memory()).numTensors).toBe(before);
}

/** To 1e-5 of the greatest number. */
function expectSame(a: Tensor, b: Tensor, what: string): void {
  expect(a.shape, what).toEqual(b.shape);
  const wanted = Array.from(b.data);
  const scale = wanted.reduce((most, x) => Math.max(most, Math.abs(x)), 1);
  const worst = wanted.reduce((most, x, i) => Math.max(most, Math.abs(x - a.data[i]!)), 0);
  expect(worst / scale, what).toBeLessThan(1e-5);
}
