/** The real thing: a worker, WebGPU, and what happens when either fails. */
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type GPT2LanguageModel, LanguageModel } from "../src/index.ts";
import { errorOf, MODEL, PROMPT } from "./fixtures.ts";

const FOLDER = `/${MODEL}`;
let model: GPT2LanguageModel;

beforeAll(async () => {
  model = await LanguageModel.load(FOLDER, { backend: "webgpu" });
});

afterAll(async () => {
  await model.dispose();
});

const h = (i: number) => model.transformer.h[i]!;

test("the adapter is named, and a software one is no GPU", () => {
  console.log(`adapter: ${model.device.adapter}`);
  expect(model.device.backend).toBe("webgpu");
  expect(model.device.adapter).not.toBe("");
  expect(model.device.software).toBe(/swiftshader|llvmpipe/.test(model.device.adapter));
});

test("as many tensors, and as many bytes on the GPU, after 200 traces as after one", async () => {
  const trace = (i: number) =>
    model.trace(PROMPT, () => {
      h(i % 3)
        .output.at(":, -1")
        .add_(0.1 * i);
      h(2).attn.source.pattern.at(":, 0").set(0.25);
      const top = model.lm_head.output.at(0, -1).topk(3);
      return [top.values.save(), h(0).output.save()];
    });
  await trace(0);
  const before = await model.memory();
  for (let i = 1; i < 200; i++) await trace(i);
  const after = await model.memory();
  expect(after.numTensors).toBe(before.numTensors);
  expect(after.numBytes).toBe(before.numBytes);
  expect(after.numBytesInGPU).toBe(before.numBytesInGPU);
});

test("generations, gradients and sessions leave nothing on the GPU", async () => {
  const mixed = async () => {
    await model.generate(PROMPT, { maxNewTokens: 4, doSample: true, topK: 5, seed: 1 }, (tracer) => {
      tracer.all(() => void h(1).output.at(":, -1").mul_(0.9));
      return tracer.result.save();
    });
    await model.trace(PROMPT, () => {
      const hidden = h(0).output;
      return model.lm_head.output.sum().backward(() => {
        hidden.grad.mul_(2);
        return model.lm_head.output.save();
      });
    });
    await errorOf(() =>
      model.trace(PROMPT, () => {
        const later = h(2).output;
        return h(0)
          .output.sum()
          .backward(() => later.grad.save());
      }),
    );
    await model.session(async () => {
      const held = await model.trace(PROMPT, () => h(0).output.hold());
      await model.trace(PROMPT, () => {
        h(0).output = held;
        return model.lm_head.output.at(0, -1).save();
      });
    });
  };
  await mixed();
  const before = await model.memory();
  for (let i = 0; i < 10; i++) await mixed();
  expect(await model.memory()).toEqual(before);
});

test("errors leave nothing on the GPU, and the next trace works", async () => {
  const { numTensors } = await model.memory();
  const errors = [
    () => model.trace(PROMPT, () => h(9).output.save()),
    () => model.trace(PROMPT, () => h(0).output.at(":, 99").save()),
    () => model.trace(PROMPT, () => (h(0).output = [1] as never)),
    () => model.trace([512], () => h(0).output.save()),
    () => model.trace(new Array(129).fill(0), () => h(0).output.save()),
    () => model.trace(PROMPT, async () => h(0).output.save()),
  ];
  for (const work of errors) {
    const error = await errorOf(work);
    expect(error.line ?? error.name).toMatch(/webgpu\.browser\.test\.ts:\d+:\d+$|PromptError/);
    expect((await model.memory()).numTensors).toBe(numTensors);
  }
  expect((await model.trace(PROMPT, () => h(0).output.save())).shape).toEqual([1, 4, 64]);
});

test("a prompt as long as the model's positions", async () => {
  const last = await model.trace(
    Array.from({ length: 128 }, (_, i) => i),
    () => model.lm_head.output.at(0, -1).save(),
  );
  expect(last.data.every(Number.isFinite)).toBe(true);
});

describe("what is allocated on the GPU is bounded", () => {
  const logits = (length: number) =>
    model.trace(
      Array.from({ length }, (_, i) => i),
      () => model.lm_head.output.at(":, -1").save(),
    );

  test("by few sizes a doubling, over prompts of every length", async () => {
    for (let length = 1; length <= 128; length++) await logits(length);
    const { numBytesAllocatedInGPU } = await model.memory();
    for (let length = 128; length >= 1; length--) await logits(length);
    const again = (await model.memory()).numBytesAllocatedInGPU;
    expect(again).toBeLessThanOrEqual(1.02 * numBytesAllocatedInGPU);
    console.log(`${numBytesAllocatedInGPU} bytes after every length, ${again} after every length again`);
  });
});

test("weights as half floats: half the memory, the same numbers within their rounding, float32 to read", async () => {
  const half = await LanguageModel.load(FOLDER, { backend: "webgpu", weights: "float16" });
  expect([model.device.weights, half.device.weights]).toEqual(["float32", "float16"]);
  const body = (m: GPT2LanguageModel) => () => ({
    logits: m.lm_head.output.save(),
    pattern: m.transformer.h[1]!.attn.source.pattern.save(),
    weight: m.transformer.h[0]!.mlp.c_fc.weight.save(),
    embedded: m.transformer.wte.output.save(),
    called: m.lm_head(m.transformer.ln_f(m.transformer.h[0]!.output)).save(),
  });
  const [whole, rounded] = [await model.trace(PROMPT, body(model)), await half.trace(PROMPT, body(half))];
  const { numTensors } = await half.memory();
  await half.trace(PROMPT, body(half));
  const memory = await half.memory();
  expect(memory.numTensors).toBe(numTensors);
  expect(memory.numBytesInGPU).toBeLessThan(0.6 * (await model.memory()).numBytesInGPU);
  for (const name of ["logits", "pattern", "weight", "embedded", "called"] as const) {
    expect(rounded[name].shape).toEqual(whole[name].shape);
    const worst = Math.max(...whole[name].data.map((x, i) => Math.abs(x - rounded[name].data[i]!)));
    console.log(`${name}: off by ${worst.toExponential(1)}`);
    expect(worst).toBeGreaterThan(0);
    expect(worst).toBeLessThan(name === "weight" || name === "embedded" ? 3e-4 : 0.02);
  }
  const tokens = (m: GPT2LanguageModel) => m.generate(PROMPT, { maxNewTokens: 8 });
  expect((await tokens(half)).data).toEqual((await tokens(model)).data);
  await half.dispose();
});

test("shaders written for GPUs run here too", async () => {
  const tiled = await LanguageModel.load(FOLDER, { backend: "webgpu", kernels: "tiled" });
  expect([tiled.device.kernels, model.device.kernels]).toEqual(["tiled", model.device.software ? "direct" : "tiled"]);
  const prompt = Array.from({ length: 70 }, (_, i) => 3 * i);
  const logits = (m: GPT2LanguageModel) => m.trace(prompt, () => m.lm_head.output.save());
  const [a, b] = [await logits(tiled), await logits(model)];
  expect(Math.max(...a.data.map((x, i) => Math.abs(x - b.data[i]!)))).toBeLessThan(1e-4);
  await tiled.dispose();
  for (const bad of [{ kernels: "fast" }, { weights: "int4" }]) {
    const error = await errorOf(() => LanguageModel.load(FOLDER, { backend: "webgpu", ...bad } as never));
    expect(error.name).toBe("ArgumentError");
  }
});

describe("machines that are not this one", () => {
  const withoutGpu = () => new Worker(new URL("./noWebgpu.worker.ts", import.meta.url), { type: "module" });

  test("no WebGPU: a typed error that says what to do", async () => {
    const error = await errorOf(() => LanguageModel.load(FOLDER, { backend: "webgpu", engine: withoutGpu() }));
    expect(error.name).toBe("BackendError");
    expect(error.problem).toMatch(/no WebGPU adapter/);
    expect(error.remedy).toMatch(/backend: "wasm"/);
  });

  test("auto without a hardware GPU: wasm, with a notice", async () => {
    for (const engine of [withoutGpu(), undefined]) {
      const fallback = await LanguageModel.load(FOLDER, engine ? { engine } : {});
      expect(fallback.device.backend === "wasm" || !fallback.device.software).toBe(true);
      if (fallback.device.backend === "wasm") expect(fallback.device.notice).toMatch(/Running on wasm: .*WebGPU/);
      expect((await fallback.trace(PROMPT, () => fallback.lm_head.output.save())).shape).toEqual([1, 4, 512]);
      await fallback.dispose();
    }
  });

  test("a worker that cannot start, or dies: no call is left hanging", async () => {
    const missing = new Worker("/no/such/worker.js", { type: "module" });
    expect((await errorOf(() => LanguageModel.load(FOLDER, { engine: missing }))).name).toBe("WorkerError");
    const dying = new Worker(new URL("./dying.worker.ts", import.meta.url), { type: "module" });
    expect((await errorOf(() => LanguageModel.load(FOLDER, { engine: dying }))).name).toBe("WorkerError");
  });

  test("a worker that is late is waited for, one that stays silent is given up", { timeout: 60_000 }, async () => {
    const late = new Worker(new URL("./late.worker.ts", import.meta.url), { type: "module" });
    const slow = await LanguageModel.load(FOLDER, { backend: "cpu", engine: late });
    await slow.dispose();
    const silent = new Worker(new URL("./silent.worker.ts", import.meta.url), { type: "module" });
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const given = errorOf(() => LanguageModel.load(FOLDER, { engine: silent }));
    const early = await Promise.race([given, vi.advanceTimersByTimeAsync(14_900)]);
    await vi.advanceTimersByTimeAsync(200);
    vi.useRealTimers();
    const error = await given;
    expect(early).not.toBe(error);
    expect([error.name, error.problem]).toEqual(["WorkerError", expect.stringMatching(/does not answer/)]);
  });

  test("files that are missing, or are the server's own page", async () => {
    const error = await errorOf(() => LanguageModel.load("/no/such/model", { backend: "cpu" }));
    expect(error.name).toBe("CheckpointError");
    expect(error.problem).toMatch(/config\.json/);
  });
});
