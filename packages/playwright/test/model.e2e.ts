/** The whole API of insitu in Node, run in a page on WebGPU. */
import { expect, type FixtureModel, openModel, test, webgpu } from "@insitu/playwright";
import { test as base, expect as baseExpect, chromium, mergeExpects, mergeTests } from "@playwright/test";
import { type Value, where } from "insitu";

const PROMPT = "The Eiffel Tower is in the city of";
/** Every load of this process, counted by the models that came of it. */
const seen = new Set<FixtureModel>();

test.beforeEach(({ model }) => void seen.add(model));
test.afterAll(() => expect(seen.size, "one load a worker").toBe(1));

test("reads, and says what it runs on", async ({ model }, info) => {
  const before = (await model.memory()).numTensors;
  const { next, pattern, ids } = await model.trace(PROMPT, () => {
    const { values, indices } = model.lm_head.output.at(0, -1).softmax().topk(5);
    return { next: values.save(), ids: indices.save(), pattern: model.transformer.h[1]!.attn.source.pattern.save() };
  });
  expect(model.device.backend).toBe("webgpu");
  expect(info.annotations).toContainEqual({ type: "insitu", description: expect.stringContaining("webgpu") });
  expect(next.data).toBeInstanceOf(Float32Array);
  expect(ids.data).toBeInstanceOf(Int32Array);
  expect(model.tokenizer.decode([ids.data[0] as number])).toBe(" Paris");
  expect(pattern).toHaveShape([1, 8, 8, 8]);
  await expect(pattern.at(0, 0, 0)).toMatchTensor([1, 0, 0, 0, 0, 0, 0, 0]);
  expect((await model.memory()).numTensors).toBe(before);
});

test("edits, generations, gradients, sessions, sweeps", async ({ model }) => {
  const { transformer, lm_head } = model;
  const before = (await model.memory()).numTensors;
  const edited = model.edit(() => transformer.h[3]!.output.set(0));
  await expect(edited).not.toPredict(" Paris", { after: PROMPT });
  await expect(model).toPredict(" Paris", { after: PROMPT });

  const told: number[] = [];
  const ids = await model.generate(PROMPT, { maxNewTokens: 4, onTokens: ({ ids }) => void told.push(...ids) });
  expect([...ids.data].slice(-4)).toEqual(told);
  await expect(await model.generate(PROMPT, { maxNewTokens: 4 })).toMatchTensor(ids);

  const { gradient } = await model.trace(PROMPT, () => {
    const h = transformer.h[0]!.output;
    const kept: Value[] = [];
    lm_head.output
      .at(0, -1)
      .sum()
      .backward(() => void kept.push(h.grad.save()));
    return { gradient: kept[0] as Value };
  });
  expect(gradient).toHaveShape([1, 8, 256]);

  await model.session(async () => {
    const { held } = await model.trace(PROMPT, () => ({ held: transformer.h[1]!.output.hold() }));
    const back = await model.trace(PROMPT, () => {
      transformer.h[1]!.output = held as never;
      return lm_head.output.at(0, -1).save();
    });
    await expect(back).toPredict(" Paris", { model });
  });

  const dones: number[] = [];
  const bodies = [0, 1, 2].map((layer) => () => {
    transformer.h[layer]!.output.at(":, -1").set(0);
    return lm_head.output.at(0, -1).save();
  });
  const swept = await model.traceAll(PROMPT, bodies, { onProgress: (progress) => void dones.push(progress.done) });
  expect([swept.length, dones.at(-1)]).toEqual([3, 3]);
  expect((await model.memory()).numTensors).toBe(before);
});

test("a sweep is cancelled, and the next trace works", async ({ model }) => {
  const before = (await model.memory()).numTensors;
  const stop = new AbortController();
  const bodies = Array.from({ length: 200 }, (_, i) => () => {
    model.transformer.h[0]!.output.mul_(i / 100);
    return model.lm_head.output.at(0, -1).save();
  });
  const running = model.traceAll(PROMPT, bodies, {
    chunkBytes: 2 ** 20,
    signal: stop.signal,
    onProgress: () => stop.abort(),
  });
  await expect(running).rejects.toThrow(expect.objectContaining({ name: "CancelledError" }));
  await expect(model).toPredict(" Paris", { after: PROMPT });
  expect((await model.memory()).numTensors).toBe(before);
});

test("numbers arrive exactly: NaN, infinities, integers, none at all; and many", async ({ model }) => {
  const { odd, whole, none, bool } = await model.trace(PROMPT, () => {
    const x = model.lm_head.output.at(0, -1, "0:3");
    const zero = x.mul(0);
    return {
      odd: where(zero.equal(0), zero.div(zero), x).save(),
      whole: model.input.save(),
      none: model.transformer.h[0]!.output.at(":, 3:3").save(),
      bool: x.greater(0).save(),
    };
  });
  expect([...odd.data]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  expect([...whole.data]).toEqual(model.tokenizer.encode(PROMPT));
  expect([none.data.length, bool.data.constructor.name]).toEqual([0, "Uint8Array"]);

  const rows = Array<string>(200).fill(PROMPT);
  const start = Date.now();
  const { logits } = await model.trace(rows, () => ({ logits: model.lm_head.output.at(":, 0:4").save() }));
  const megabytes = logits.data.byteLength / 1e6;
  console.log(`${megabytes.toFixed(0)} MB in ${Date.now() - start} ms, the run among them`);
  const { first } = await model.trace(rows.slice(0, 1), () => ({ first: model.lm_head.output.at(0, "0:4").save() }));
  await expect(logits.at(0)).toMatchTensor(first);
  await expect(logits.at(-1)).toMatchTensor(first);
});

test("mistakes are told at the test's own line", async ({ model }) => {
  const error = await model.trace(PROMPT, () => model.transformer.h[9]!.output.save()).catch((e) => e);
  expect(error.name).toBe("UnknownModuleError");
  expect(error.line).toMatch(/model\.e2e\.ts:\d+:\d+$/);
});

test("a browser that goes away, and models that are not there, are typed errors", async ({ headless }, info) => {
  expect(headless).toBe(true);
  const browser = await chromium.launch(webgpu({ adapter: "software" }, info.project.use.launchOptions));
  const load = (model: string) => openModel(browser, model, { folder: process.cwd() }).catch((error) => error);
  expect(await load("./weights")).toMatchObject({
    name: "CheckpointError",
    message: expect.stringMatching(/weights.*config/s),
  });
  expect(await load("./nowhere")).toMatchObject({ name: "CheckpointError" });
  expect(await load("/nowhere")).toMatchObject({ message: expect.stringContaining("baseURL") });
  const model = await openModel(browser, new URL("weights/tiny", info.project.use.baseURL), { backend: "wasm" });
  expect(model.device.adapter).toContain("threads");
  const sweep = model.traceAll(
    PROMPT,
    Array.from({ length: 400 }, (_, i) => () => {
      model.transformer.h[0]!.output.mul_(i);
      return model.lm_head.output.save();
    }),
  );
  const ended = sweep.catch((error) => error);
  await new Promise((resolve) => setTimeout(resolve, 100));
  await browser.close();
  expect(await ended).toMatchObject({ name: "WorkerError", message: expect.stringContaining("no longer answers") });
  expect(await model.memory().catch((error) => error)).toMatchObject({ name: "WorkerError" });
  expect(await load("./weights/tiny")).toMatchObject({ name: "BackendError" });
});

const merged = mergeTests(test, base.extend<{ prompt: string }>({ prompt: PROMPT }));
const mergedExpect = mergeExpects(
  expect,
  baseExpect.extend({ toBeAPrompt: (text: string) => ({ pass: text.length > 0, message: () => "It is empty." }) }),
);

merged("goes together with fixtures and matchers of others", async ({ model, prompt }) => {
  mergedExpect(prompt).toBeAPrompt();
  await mergedExpect(model).toPredict(" Paris", { after: prompt });
});
