/** weights/tiny on every backend: torch's own predictions (expected.json), and the heads its card names. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import EXPECTED from "../../../weights/tiny/expected.json";
import { type GPT2LanguageModel, LanguageModel, type Value } from "../src/index.ts";

interface Top {
  id: number;
  token: string;
  logit: number;
  probability: number;
}

const PROMPTS = Object.entries(EXPECTED.prompts) as unknown as [
  string,
  { text: string; ids: number[]; tokens: string[]; top: Top[] },
][];

describe.each(["webgpu", "wasm", "cpu"] as const)("on %s", (backend) => {
  let model: GPT2LanguageModel;

  beforeAll(async () => {
    model = await LanguageModel.load("/weights/tiny", { backend });
    console.log(`${backend}: ${model.device.adapter}`);
  });

  afterAll(() => model.dispose());

  test.each(PROMPTS)("%s", async (_, { text, ids, tokens, top }) => {
    expect(model.tokenizer.encode(text)).toEqual(ids);
    expect(model.tokenizer.toStrTokens(text)).toEqual(tokens);
    expect(model.tokenizer.decode(ids)).toBe(text);
    const result = await model.trace(text, () => {
      const logits = model.lm_head.output.at(0, -1);
      const best = logits.topk(top.length);
      return { ids: best.indices.save(), logits: best.values.save(), all: logits.softmax().save() };
    });
    expect(Array.from(result.ids.data)).toEqual(top.map(({ id }) => id));
    for (const [i, { id, logit, probability }] of top.entries()) {
      expect(Math.abs(result.logits.data[i]! - logit)).toBeLessThan(1e-4 * Math.max(1, Math.abs(logit)));
      expect(Math.abs(result.all.data[id]! - probability)).toBeLessThan(1e-4);
    }
  });

  test("its induction heads attend to what followed the last time", async () => {
    const period = 20;
    // Every token a different one, twice over.
    const half = Array.from({ length: period }, (_, i) => 500 + 37 * i);
    const { patterns, logProbs } = await model.trace([...half, ...half], () => {
      const targets = half.slice(1);
      const logits = model.lm_head.output.at(0, `${period}:-1`).logSoftmax();
      const patterns: Value[] = model.transformer.h.map((block) => block.attn.source.pattern.at(0).save());
      const ids = Int32Array.from(targets);
      return { patterns, logProbs: logits.takeAlongAxis(ids).mean().save() };
    });
    const score = (layer: number, head: number) => {
      let sum = 0;
      for (let i = period; i < 2 * period; i++) sum += patterns[layer]!.at(head, i, i - period + 1).item();
      return sum / period;
    };
    for (const { layer, head } of EXPECTED["induction heads"]) expect(score(layer, head)).toBeGreaterThan(0.5);
    expect(-logProbs.item()).toBeLessThan(1);
  });
});
