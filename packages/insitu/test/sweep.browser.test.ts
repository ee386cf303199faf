/** An activation-patching sweep on WebGPU: its numbers, and what it costs beside one trace for each cell. */
import { exposeEngine } from "@insitu/engine";
import { afterAll, beforeAll, expect, test } from "vitest";
import { UNUSED_BYTES } from "../../engine/src/gpuMemory.ts";
import { type GPT2LanguageModel, LanguageModel, type Tensor } from "../src/index.ts";
import { errorOf, MODEL } from "./fixtures.ts";
import { checkRagged } from "./ragged.ts";

let model: GPT2LanguageModel;
/** What the page's own engine has asked of the GPU. */
let dispatches = 0;
let reads = 0;

beforeAll(async () => {
  const { dispatchWorkgroups } = GPUComputePassEncoder.prototype;
  GPUComputePassEncoder.prototype.dispatchWorkgroups = function (...counts) {
    dispatches++;
    return dispatchWorkgroups.apply(this, counts);
  };
  const { mapAsync } = GPUBuffer.prototype;
  GPUBuffer.prototype.mapAsync = function (...range) {
    reads++;
    return mapAsync.apply(this, range);
  };
  const { port1, port2 } = new MessageChannel();
  exposeEngine(port1);
  model = await LanguageModel.load(`/${MODEL}`, { backend: "webgpu", engine: port2 });
});

afterAll(() => model.dispose());

const CLEAN = [11, 405, 27, 318, 9, 44, 203, 6];
const CORRUPT = CLEAN.with(3, 77);
const h = (i: number) => model.transformer.h[i]!;

async function measured<T>(work: () => Promise<T>): Promise<{ result: T; cost: Record<string, number> }> {
  [dispatches, reads] = [0, 0];
  const started = performance.now();
  const result = await work();
  return { result, cost: { milliseconds: Math.round(performance.now() - started), dispatches, reads } };
}

test("layers x positions: the same numbers, for a fraction of the work", async () => {
  const { together, alone } = await model.session(async () => {
    const clean = await model.trace(CLEAN, () =>
      [0, 1, 2].map((layer) => CLEAN.map((_, position) => h(layer).output.at(":", position).hold())),
    );
    const bodies = clean.flatMap((states, layer) =>
      states.map((state, position) => () => {
        h(layer).output.at(":", position).set(state);
        const last = model.lm_head.output.at(0, -1);
        return last.at(7).sub(last.at(9)).save();
      }),
    );
    const oneByOne = async () => {
      const results: Tensor[] = [];
      for (const body of bodies) results.push(await model.trace(CORRUPT, body));
      return results;
    };
    const sweep = () => model.traceAll(CORRUPT, bodies);
    // Pipelines are compiled at their first use.
    await sweep();
    await oneByOne();
    return { together: await measured(sweep), alone: await measured(oneByOne) };
  });
  console.log(model.device.adapter, "one by one", alone.cost, "together", together.cost);
  const worst = together.result.map((x, i) => Math.abs(x.item() - alone.result[i]!.item()));
  expect(Math.max(...worst)).toBeLessThan(1e-5 * Math.max(...alone.result.map((x) => Math.abs(x.item()))));
  expect(together.cost["dispatches"]).toBeLessThan(alone.cost["dispatches"]! / 3);
  expect(together.cost["reads"]).toBeLessThan(4);
});

const MIXED = "rows of unequal length, skips, several edits; a cancel and an error leave nothing behind";

test.each(["webgpu", "wasm"] as const)(`${MIXED}, on %s`, async (backend) => {
  const model = await LanguageModel.load(`/${MODEL}`, { backend });
  const h = (i: number) => model.transformer.h[i]!;
  const prompt = [CLEAN, [3, 4, 5]];
  const logits = () => model.lm_head.output.save();
  const bodies = [
    logits,
    () => {
      model.transformer.wte.input.at(0, 1).set(9);
      return logits();
    },
    () => {
      h(1).attn.skip(h(1).attn.input.mul(0.5));
      h(2).mlp.output.at(":, -1").set(0);
      return logits();
    },
    () => {
      h(0).attn.source.z.at(":, :, 1").set(0);
      h(1).attn.source.pattern.at(":, :, :, 0").mul_(0.5);
      return logits();
    },
  ];
  const before = await model.memory();
  const together = await model.traceAll(prompt, bodies);
  for (const [i, body] of bodies.entries()) {
    const alone = await model.trace(prompt, body);
    const worst = Math.max(...alone.data.map((x, k) => Math.abs(x - together[i]!.data[k]!)));
    expect(worst).toBeLessThan(1e-5);
  }
  const controller = new AbortController();
  const cancelled = await errorOf(() =>
    model.traceAll(prompt, bodies, {
      chunkBytes: 1,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    }),
  );
  expect(cancelled.name).toBe("CancelledError");
  const bad = model.record(prompt, logits);
  bad.nodes.push({ kind: "op", op: "nothing", inputs: [0] });
  expect((await errorOf(() => model.traceAll([model.record(prompt, logits), bad]))).details["program"]).toBe(1);
  const after = await model.memory();
  expect([after.numTensors, after.numBytes]).toEqual([before.numTensors, before.numBytes]);
  await model.dispose();
});

test("a sweep leaves no more unused on the GPU than a trace may", async () => {
  const prompt = Array.from({ length: 128 }, (_, i) => i);
  await model.traceAll(
    prompt,
    Array.from({ length: 160 }, (_, i) => () => {
      h(0).output.mul_(i / 160);
      return model.lm_head.output.sum().save();
    }),
  );
  const { numBytesInGPU, numBytesAllocatedInGPU } = await model.memory();
  expect(numBytesAllocatedInGPU - numBytesInGPU).toBeLessThanOrEqual(UNUSED_BYTES);
});

test("variants that begin at the first position they edit, in shaders of both styles", {
  timeout: 120_000,
}, async () => {
  await checkRagged(model);
  const tiled = await LanguageModel.load(`/${MODEL}`, { backend: "webgpu", kernels: "tiled" });
  await checkRagged(tiled);
  await tiled.dispose();
});
