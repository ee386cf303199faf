/** What a pass costs on the GPU, counted at the device: dispatches, pipelines, bytes read back and allocated. */

import { exposeEngine } from "@insitu/engine";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type GPT2LanguageModel, LanguageModel, type Tracer } from "../src/index.ts";
import { MODEL, PROMPT } from "./fixtures.ts";

let model: GPT2LanguageModel;
let dispatches = 0;
let pipelines = 0;
let bytesRead = 0;

/** Of the model in fixtures.ts. */
const LAYERS = 3;

beforeAll(async () => {
  // On this thread, where its device can be watched.
  const { port1, port2 } = new MessageChannel();
  exposeEngine(port1);
  model = await LanguageModel.load(`/${MODEL}`, { backend: "webgpu", engine: port2 });
  count(GPUComputePassEncoder.prototype, "dispatchWorkgroups", () => dispatches++);
  count(GPUDevice.prototype, "createComputePipeline", () => pipelines++);
  count(GPUBuffer.prototype, "mapAsync", (_mode, _offset, size) => {
    bytesRead += size as number;
  });
});

afterAll(async () => {
  await model.dispose();
});

const h = (i: number) => model.transformer.h[i]!;

/** What happens at the device during some work. */
async function cost(work: () => Promise<unknown>) {
  [dispatches, pipelines, bytesRead] = [0, 0, 0];
  await work();
  return { dispatches, pipelines, bytesRead };
}

const traced = (body: (tracer: Tracer) => unknown, prompt: number[] = PROMPT) => cost(() => model.trace(prompt, body));

/** Dispatches of each block, from where the passes through them end. */
async function perBlock(prompt: number[]): Promise<number[]> {
  const upTo: number[] = [];
  for (let i = 0; i < LAYERS; i++) upTo.push((await traced(() => h(i).output.save(), prompt)).dispatches);
  const embedding = (await traced(() => h(0).input.save(), prompt)).dispatches;
  return upTo.map((n, i) => n - (i === 0 ? embedding : upTo[i - 1]!));
}

test("seven dispatches a block", async () => {
  expect(await perBlock(PROMPT)).toEqual([7, 7, 7]);
  expect(await perBlock(Array.from({ length: 64 }, (_, i) => i))).toEqual([7, 7, 7]);
});

test("embedding, final norm and unembedding are one each", async () => {
  expect((await traced(() => model.lm_head.output.save())).dispatches).toBe(1 + 7 * LAYERS + 2);
});

test("saving every block's output adds none", async () => {
  const { dispatches } = await traced(() => [h(0).output.save(), h(1).output.save(), model.lm_head.output.save()]);
  expect(dispatches).toBe(1 + 7 * LAYERS + 2);
});

test("a pattern that is looked at costs in its own block alone", async () => {
  const upTo = (i: number, tapped: boolean) =>
    traced(() => [...(tapped ? [h(1).attn.source.pattern.save()] : []), h(i).output.save()]);
  const before = (await upTo(0, false)).dispatches;
  const own = (await upTo(1, true)).dispatches - before;
  expect(own).toBeGreaterThan(7);
  expect(own).toBeLessThanOrEqual(12);
  expect((await upTo(2, true)).dispatches - before - own).toBe(7);
});

test("eight dispatches a block for a new token, of whatever length; four bytes read, nothing compiled after the second", async () => {
  const steps: { dispatches: number; pipelines: number; bytesRead: number }[] = [];
  [dispatches, pipelines, bytesRead] = [0, 0, 0];
  await model.generate(PROMPT, {
    maxNewTokens: 40,
    onTokens: () => {
      steps.push({ dispatches, pipelines, bytesRead });
      [dispatches, pipelines, bytesRead] = [0, 0, 0];
    },
  });
  // Told of after the step, over a message port; the last steps are not.
  const steady = steps.slice(4);
  expect(steady.length).toBeGreaterThan(20);
  const perStep = steady.reduce((n, step) => n + step.dispatches, 0) / steady.length;
  // Embedding, blocks, norm, unembedding, choice of the token.
  expect(perStep).toBe(1 + 8 * LAYERS + 2 + 1);
  expect(steady.reduce((n, step) => n + step.pipelines, 0)).toBe(0);
  for (const { bytesRead } of steady) expect(bytesRead).toBe(4);
});

test("a length never seen compiles nothing", async () => {
  const all = () => model.lm_head.output.save();
  await traced(all, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  for (const length of [10, 11, 12, 13, 14, 15, 16])
    expect(
      (
        await traced(
          all,
          Array.from({ length }, (_, i) => i),
        )
      ).pipelines,
    ).toBe(0);
});

test("logits of the last position are read, and run, alone", async () => {
  const { bytesRead } = await traced(() => model.lm_head.output.at(":, -1").save());
  expect(bytesRead).toBe(512 * 4);
});

function count<T extends object, K extends keyof T>(prototype: T, name: K, on: (...args: unknown[]) => void): void {
  const original = prototype[name] as (...args: unknown[]) => unknown;
  prototype[name] = function (this: T, ...args: unknown[]) {
    on(...args);
    return original.apply(this, args);
  } as T[K];
}
