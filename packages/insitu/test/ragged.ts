/** Sweeps whose variants begin late, against one trace for each: for every backend. */
import { expect } from "vitest";
import type { GPT2LanguageModel, Prompt, Tensor, Tracer, Value } from "../src/index.ts";

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

type Body = (tracer: Tracer) => unknown;

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

/** One read a sweep, so that what one needs is not run because of another. */
export async function checkRagged(model: GPT2LanguageModel): Promise<void> {
  for (const batch of BATCHES) await checkBatch(model, batch);
}

async function checkBatch(model: GPT2LanguageModel, batch: Prompt): Promise<void> {
  const before = (await model.memory()).numTensors;
  for (const read of reads(model)) {
    const bodies: Body[] = places(model).flatMap((place, at) =>
      [0, 1, 2].map((layer) => () => {
        place(layer)
          .at(":", (at + layer) % 5)
          .mul_(-0.5);
        return read(layer).save();
      }),
    );
    bodies.push(() => read(1).save());
    bodies.push(() => {
      model.transformer.h[0]!.output.at(":", "3:").add_(0.25);
      model.transformer.h[2]!.output.at(0, 1).set(0.5);
      return read(2).save();
    });
    const alone: Tensor[] = [];
    for (const body of bodies) alone.push((await model.trace(batch, body)) as Tensor);
    const together = (await model.traceAll(batch, bodies)) as Tensor[];
    for (const [i, result] of together.entries()) expectSame(result, alone[i]!, `body ${i}`);
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
