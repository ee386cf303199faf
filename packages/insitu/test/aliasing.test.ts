/** Values are objects, as torch's tensors are: what an in-place edit shows in, and what it does not. */
import { beforeAll, expect, test } from "vitest";
import { type GPT2LanguageModel, type Tensor, zerosLike } from "../src/index.ts";
import { MODEL, PROMPT } from "./fixtures.ts";
import { loadInProcess } from "./inProcess.ts";

let model: GPT2LanguageModel;

beforeAll(async () => {
  model = await loadInProcess(MODEL);
});

const h = (i: number) => model.transformer.h[i]!;
const close = (a: Tensor, b: Tensor) => {
  expect(a.shape).toEqual(b.shape);
  expect(Math.max(...Array.from(a.data, (x, i) => Math.abs(x - b.data[i]!)))).toBeLessThan(1e-5);
};

test("a block's input is the last block's output: one tensor, two names", async () => {
  const { clean } = await model.trace(PROMPT, () => ({ clean: h(0).output.save() }));
  const { output, input, copy } = await model.trace(PROMPT, () => {
    const output = h(0).output.save();
    const copy = h(0).output.clone().save();
    h(1).input.add_(1);
    return { output, copy, input: h(1).input.save() };
  });
  close(copy, clean);
  close(input, output);
  close(output.at(0, 0), { ...clean.at(0, 0), data: clean.at(0, 0).data.map((x) => x + 1) } as Tensor);
});

test("an edit in place of a norm's input reaches the residual stream; a replacement does not", async () => {
  const { inPlace } = await model.trace(PROMPT, () => {
    h(1).ln_1.input.set(0);
    return { inPlace: h(1).source.residMid.sub(h(1).attn.output[0]).abs().max().save() };
  });
  expect(inPlace.item()).toBe(0);
  const { replaced, clean } = await model.trace(PROMPT, () => {
    const clean = h(1).input.save();
    h(1).ln_1.input = zerosLike(h(1).ln_1.input);
    return { clean, replaced: h(1).source.residMid.sub(h(1).attn.output[0]).save() };
  });
  close(replaced, clean);
});

test("after a replacement the old value is the old value, and the new one is live", async () => {
  const { old, live, given, next } = await model.trace(PROMPT, () => {
    const old = h(1).output.save();
    const given = h(1).output.mul(2);
    h(1).output = given;
    given.at(":, 0").set(5);
    return { old, given: given.save(), live: h(1).output.save(), next: h(2).input.save() };
  });
  close(given, live);
  close(live, next);
  expect(live.at(0, 0, 0).item()).toBe(5);
  expect(live.at(0, 1, 3).item()).toBeCloseTo(2 * old.at(0, 1, 3).item(), 5);
});

test("views write through, however deep, and show what is written later", async () => {
  const { first, whole, clean } = await model.trace(PROMPT, () => {
    const clean = h(0).output.clone().save();
    const last = h(0).output.at(":, -1");
    const first = last.at("0, :2").save();
    last.at("0, 0").set(7);
    last.add_(1);
    return { first, clean, whole: h(0).output.save() };
  });
  expect(first.at(0).item()).toBe(8);
  expect(first.at(1).item()).toBeCloseTo(clean.at(0, -1, 1).item() + 1, 5);
  close(whole.at(0, -1, ":2"), first);
  close(whole.at(0, ":3"), clean.at(0, ":3"));
});

test("an edit under a mask computes with the masked numbers", async () => {
  const { clean, edited } = await model.trace(PROMPT, () => {
    const clean = h(0).output.clone().save();
    const value = h(0).output;
    value.at(value.greater(0)).mul_(-1);
    return { clean, edited: h(0).output.save() };
  });
  expect(
    edited.data.every((x, i) => Math.abs(x - (clean.data[i]! > 0 ? -clean.data[i]! : clean.data[i]!)) < 1e-6),
  ).toBe(true);
});

test("queries and keys exist together: they can be swapped", async () => {
  const { q, k, q2, k2 } = await model.trace(PROMPT, () => {
    const { source } = h(1).attn;
    const q = source.query.clone().save();
    const k = source.key.clone().save();
    source.query = k;
    source.key = q;
    return { q, k, q2: source.query.save(), k2: source.key.save() };
  });
  close(q, k2);
  close(k, q2);
});

test("several edits of a place, the last one holds; edits of layers in any order", async () => {
  const forwards = await model.trace(PROMPT, () => {
    for (const block of model.transformer.h) block.mlp.output.set(0);
    return model.lm_head.output.save();
  });
  const backwards = await model.trace(PROMPT, () => {
    for (const block of [...model.transformer.h].reverse()) block.mlp.output.set(0);
    return model.lm_head.output.save();
  });
  close(forwards, backwards);
  const twice = await model.trace(PROMPT, () => {
    h(0).output = zerosLike(h(0).output);
    h(0).output = h(0).output.add(3);
    return h(1).input.save();
  });
  expect(new Set(twice.data)).toEqual(new Set([3]));
});

test("reads come in any order", async () => {
  const { late, early } = await model.trace(PROMPT, () => {
    const late = model.lm_head.output.save();
    return { late, early: model.transformer.wte.output.save() };
  });
  const alone = await model.trace(PROMPT, () => model.lm_head.output.save());
  close(late, alone);
  expect(early.shape).toEqual([1, 4, 64]);
});
