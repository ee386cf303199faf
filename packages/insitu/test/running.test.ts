/** What a run does and does not do: the least work, the fewest bytes, nothing left over. */
import { Engine } from "@insitu/engine";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { Block } from "../../engine/src/modules/block.ts";
import { Unembedding } from "../../engine/src/modules/unembedding.ts";
import type { GPT2LanguageModel, Tensor } from "../src/index.ts";
import { errorOf, MODEL, PROMPT } from "./fixtures.ts";
import { loadInProcess } from "./inProcess.ts";

let model: GPT2LanguageModel;

beforeAll(async () => {
  model = await loadInProcess(MODEL);
});

afterEach(() => {
  vi.restoreAllMocks();
});

const h = (i: number) => model.transformer.h[i]!;

test("a trace that saves layer 0 runs no layer after it", async () => {
  const blocks = vi.spyOn(Block.prototype, "forward");
  const heads = vi.spyOn(Unembedding.prototype, "forward");
  await model.trace(PROMPT, () => h(0).output.save());
  expect([blocks.mock.calls.length, heads.mock.calls.length]).toEqual([1, 0]);
  await model.trace(PROMPT, () => {
    h(2).output.set(0);
    return h(1).attn.source.pattern.save();
  });
  expect([blocks.mock.calls.length, heads.mock.calls.length]).toEqual([3, 0]);
  await model.trace(PROMPT, () => model.transformer.wte.weight.at(0).save());
  expect([blocks.mock.calls.length, heads.mock.calls.length]).toEqual([3, 0]);
  await model.trace(PROMPT, () => model.output.logits.save());
  expect([blocks.mock.calls.length, heads.mock.calls.length]).toEqual([6, 1]);
});

test("only what was saved is read back, and only that", async () => {
  const run = vi.spyOn(Engine.prototype, "run");
  await model.trace(PROMPT, () => {
    h(1).output.mul_(2);
    return h(1).output.at(0, -1).norm().save();
  });
  const outcome = await run.mock.results[0]!.value;
  expect(outcome.value.saved).toHaveLength(1);
  expect(outcome.value.stats.bytesRead).toBe(4);
});

test("as many tensors after 200 traces as after one, errors among them", async () => {
  const trace = (i: number) =>
    model.trace(PROMPT.slice(0, 1 + (i % 4)), () => {
      h(i % 3)
        .output.at(":, -1")
        .add_(i);
      h(2).attn.source.pattern.at(":, 0").set(0.25);
      const top = model.lm_head.output.softmax().topk(3);
      return [top.values.save(), top.indices.save(), h(0).output.save()];
    });
  await trace(0);
  const { numTensors, numBytes } = await model.memory();
  for (let i = 1; i < 200; i++) {
    await trace(i);
    if (i % 20 === 0) await errorOf(() => model.trace([512], () => h(0).output.save()));
  }
  expect(await model.memory()).toMatchObject({ numTensors, numBytes });
});

test("a run that fails halfway frees what it had, and says which line", async () => {
  const { numTensors } = await model.memory();
  vi.spyOn(Unembedding.prototype, "forward").mockImplementationOnce(() => {
    throw new Error("out of luck");
  });
  const error = await errorOf(() => model.trace(PROMPT, () => [h(0).output.save(), model.lm_head.output.save()]));
  expect([error.name, error.problem]).toEqual(["RunError", expect.stringMatching(/out of luck/)]);
  // What was saved before is not lost with it.
  expect(Object.keys(error.saved ?? {})).toEqual(["0"]);
  expect((error.saved as Record<string, Tensor>)["0"]!.shape).toEqual([1, 4, 64]);
  expect((await model.memory()).numTensors).toBe(numTensors);
});

test("traces started together do not disturb each other", async () => {
  const results = await Promise.all(
    [0, 1, 2, 3].map((i) => model.trace(PROMPT, () => h(0).output.mul(0).add(i).at(0, 0, 0).save())),
  );
  expect(results.map((r) => r.item())).toEqual([0, 1, 2, 3]);
});

test("several prompts are padded on the left, and see themselves alone", async () => {
  const { both, positions } = await model.trace(
    [
      [9, 8, 7, 6, 5],
      [3, 4],
    ],
    () => ({
      both: model.lm_head.output.at(":, -1").save(),
      positions: model.transformer.wpe.input.save(),
    }),
  );
  const alone = await model.trace([3, 4], () => model.lm_head.output.at(0, -1).save());
  expect(positions.array()).toEqual([
    [0, 1, 2, 3, 4],
    [0, 0, 0, 0, 1],
  ]);
  expect(Math.max(...Array.from(alone.data, (x, i) => Math.abs(x - both.at(1).data[i]!)))).toBeLessThan(1e-4);
});

test("edited token ids are held within the vocabulary", async () => {
  const logits = await model.trace(PROMPT, () => {
    model.transformer.wte.input.add_(100_000);
    return model.lm_head.output.save();
  });
  expect(logits.data.every(Number.isFinite)).toBe(true);
});
