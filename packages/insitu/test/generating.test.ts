/** Generation beyond what nnsight's cases show: sampling, streaming, the cache, early ends, memory. */
import { beforeAll, expect, test, vi } from "vitest";
import { Unembedding } from "../../engine/src/modules/unembedding.ts";
import type { GPT2LanguageModel, NewTokens, Value } from "../src/index.ts";
import { errorOf, MODEL, PROMPT } from "./fixtures.ts";
import { loadInProcess } from "./inProcess.ts";

let model: GPT2LanguageModel;

beforeAll(async () => {
  model = await loadInProcess(MODEL);
});

const h = (i: number) => model.transformer.h[i]!;

test("with the cache as without: each step's logits are the whole prompt's", async () => {
  const { ids, logits, keys, masks } = await model.generate(PROMPT, { maxNewTokens: 5 }, (tracer) => {
    const logits: Value[] = [];
    const keys: Value[] = [];
    const masks: Value[] = [];
    tracer.all((step) => {
      logits.push(model.lm_head.output.save());
      // Looked at in some steps only: the other steps run on the whole capacity.
      if (step % 2 === 0) keys.push(h(1).attn.source.key.save());
      masks.push(model.inputs[1].attention_mask.save());
    });
    return { ids: tracer.result.save(), logits, keys, masks };
  });
  for (let step = 0; step < 5; step++) {
    const prompt = Array.from(ids.data.slice(0, PROMPT.length + step));
    const whole = await model.trace(prompt, () => ({
      logits: model.lm_head.output.at(0, -1).save(),
      keys: h(1).attn.source.key.save(),
    }));
    expect(Math.max(...Array.from(whole.logits.data, (x, i) => Math.abs(x - logits[step]!.data[i]!)))).toBeLessThan(
      1e-4,
    );
    expect(masks[step]!.shape).toEqual([1, PROMPT.length + step]);
    if (step % 2 === 0) {
      expect(keys[step / 2]!.shape).toEqual(whole.keys.shape);
      expect(Math.max(...Array.from(whole.keys.data, (x, i) => Math.abs(x - keys[step / 2]!.data[i]!)))).toBeLessThan(
        1e-4,
      );
    }
  }
});

test("an edited key stays edited in the cache", async () => {
  const run = (edit: boolean) =>
    model.generate(PROMPT, { maxNewTokens: 3 }, (tracer) => {
      if (edit) h(0).attn.source.key.at(":, :, 0").set(0);
      const keys: Value[] = [];
      tracer.iter("1:", () => keys.push(h(0).attn.source.key.at(0, 0, 0).save()));
      return { keys };
    });
  const [edited, clean] = [await run(true), await run(false)];
  expect(edited.keys.every((key) => key.data.every((x) => x === 0))).toBe(true);
  expect(clean.keys.every((key) => key.data.some((x) => x !== 0))).toBe(true);
});

test("sampling: a seed repeats, seeds differ, top-k 1 and a cold temperature are greedy", async () => {
  const ids = async (options: object) =>
    Array.from((await model.generate(PROMPT, { maxNewTokens: 8, ...options })).data);
  const greedy = await ids({});
  const sample = (seed: number, more: object = {}) => ids({ doSample: true, seed, ...more });
  expect(await sample(1)).toEqual(await sample(1));
  expect(
    new Set((await Promise.all([1, 2, 3, 4].map((seed) => sample(seed, { temperature: 2 })))).map(String)).size,
  ).toBeGreaterThan(1);
  expect(await sample(5, { topK: 1 })).toEqual(greedy);
  expect(await sample(5, { temperature: 0.001 })).toEqual(greedy);
  expect(await sample(5, { topP: 1e-6 })).toEqual(greedy);
});

test("what is drawn is among the most likely, as often as their probabilities say", async () => {
  const logits = await model.trace(PROMPT, () => model.lm_head.output.at(0, -1).save());
  const order = Array.from(logits.data, (x, id) => ({ x, id })).sort((a, b) => b.x - a.x);
  const counts = new Map<number, number>();
  const draws = 300;
  const rows = new Array(draws).fill(PROMPT);
  const drawn = await model.generate(rows, { maxNewTokens: 1, doSample: true, topK: 2, seed: 9 });
  for (let r = 0; r < draws; r++) {
    const id = drawn.at(r, -1).item();
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  const [first, second] = order as [{ x: number; id: number }, { x: number; id: number }];
  expect([...counts.keys()].every((id) => id === first.id || id === second.id)).toBe(true);
  const p = 1 / (1 + Math.exp(second.x - first.x));
  expect(Math.abs((counts.get(first.id) ?? 0) / draws - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / draws) + 0.01);
});

test("tokens stream as they are made", async () => {
  const seen: NewTokens[] = [];
  const ids = await model.generate([PROMPT, PROMPT.slice(1)], {
    maxNewTokens: 4,
    onTokens: (tokens) => seen.push(tokens),
  });
  expect(seen.map(({ step }) => step)).toEqual([0, 1, 2, 3]);
  for (const { step, ids: made } of seen)
    expect(made).toEqual([0, 1].map((row) => ids.at(row, PROMPT.length + step).item()));
});

test("who is told of tokens may end the generation, and keeps what was saved", async () => {
  const before = (await model.memory()).numTensors;
  const whole = await model.generate(PROMPT, { maxNewTokens: 6 });
  const told: number[] = [];
  const stopping = await model.generate(
    PROMPT,
    {
      maxNewTokens: 6,
      onTokens: async ({ step }) => {
        told.push(step);
        return step === 1 ? "stop" : false;
      },
    },
    (tracer) => {
      const states: Value[] = [];
      tracer.all(() => states.push(h(0).output.save()));
      return { states, ids: tracer.result.save() };
    },
  );
  expect(told).toEqual([0, 1]);
  expect(stopping.states).toHaveLength(2);
  expect(Array.from(stopping.ids.data)).toEqual(Array.from(whole.data).slice(0, PROMPT.length + 2));
  expect((await model.memory()).numTensors).toBe(before);
});

test("an early end keeps what was saved, and shortens arrays", async () => {
  const full = await model.generate(PROMPT, { maxNewTokens: 6 });
  const eosTokenId = full.at(0, PROMPT.length + 1).item();
  const { states, late, ids } = await model.generate(PROMPT, { maxNewTokens: 6, eosTokenId }, (tracer) => {
    const states: Value[] = [];
    let late!: Value;
    tracer.all((step) => {
      states.push(h(0).output.save());
      if (step === 5) late = h(2).output.save();
    });
    return { states, late, ids: tracer.result.save() };
  });
  const made = ids.shape[1]! - PROMPT.length;
  expect(made).toBeLessThan(6);
  expect([states.length, late]).toEqual([made, undefined]);
  expect(ids.at(0, -1).item()).toBe(eosTokenId);
});

test("a row that has ended is padded while others go on", async () => {
  const rows = [PROMPT, [5, 6, 7, 8]];
  const full = await model.generate(rows, { maxNewTokens: 5 });
  const eosTokenId = full.at(0, 4).item();
  const ids = await model.generate(rows, { maxNewTokens: 5, eosTokenId });
  expect(ids.at(0, 4).item()).toBe(eosTokenId);
  expect(Array.from(ids.at(0, "5:").data).every((id) => id === model.spec.padId)).toBe(true);
});

test("only the steps that are needed run, and nothing is left", async () => {
  const { numTensors } = await model.memory();
  const heads = vi.spyOn(Unembedding.prototype, "forward");
  await model.generate(PROMPT, { maxNewTokens: 50 }, (tracer) => {
    const states: Value[] = [];
    tracer.iter(2, () => states.push(h(1).output.save()));
    return states;
  });
  expect(heads.mock.calls.length).toBe(2);
  heads.mockRestore();
  expect((await model.memory()).numTensors).toBe(numTensors);
  for (const options of [
    { maxNewTokens: 0 },
    { maxNewTokens: 2, topK: 0 },
    { maxNewTokens: 2, topP: 2 },
    { maxNewTokens: 2, temperature: 0 },
    { maxNewTokens: 2, eosTokenId: 512 },
  ]) {
    expect((await errorOf(() => model.generate(PROMPT, options))).name).toBe("ArgumentError");
  }
  expect(await errorOf(() => model.generate(PROMPT, { maxNewTokens: 200 }))).toMatchObject({
    name: "PromptError",
    remedy: expect.stringMatching(/at most 125/),
  });
  expect((await errorOf(() => model.trace(PROMPT, () => model.generator.output.save()))).name).toBe(
    "OutsideTraceError",
  );
  expect((await errorOf(() => model.trace(PROMPT, (tracer) => tracer.all(() => {})))).name).toBe("ArgumentError");
  expect((await model.memory()).numTensors).toBe(numTensors);
});
