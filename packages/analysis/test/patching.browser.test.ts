/** Activation and attribution patching on weights/tiny, against TransformerLens's own sweeps and torch's gradients. */
import { type GPT2LanguageModel, LanguageModel } from "insitu";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import GOLDEN from "../goldens/patching.json";
import { activationPatching, attributionPatching, klDivergence, logitDifference, type Site } from "../src/index.ts";
import { Agreement, type Nested } from "./agreement.ts";
import { onBackend } from "./onBackend.ts";

type Pair = (typeof GOLDEN)["fact"];

const SITES = Object.keys(GOLDEN.fact.patched) as Site[];

describe.each(["webgpu", "wasm", "cpu"] as const)("on %s", (backend) => {
  let model: GPT2LanguageModel;
  let tensors: number;
  const agreement = new Agreement();
  const near = (actual: ArrayLike<number>, wanted: Nested, what: string) => agreement.check(what, actual, wanted);

  beforeAll(async () => {
    model = await LanguageModel.load("/weights/tiny", { backend });
  });

  beforeEach(async () => {
    tensors = (await model.memory()).numTensors;
  });

  afterEach(async () => {
    vi.restoreAllMocks();
    expect((await model.memory()).numTensors).toBe(tensors);
  });

  afterAll(async () => {
    console.log(`${backend}: ${model.device.adapter}; worst difference ${agreement.worst.toExponential(1)}`);
    await model.dispose();
  });

  const optionsOf = ({ clean, corrupt, answers, wrong }: Pair) => ({
    clean,
    corrupt,
    metric: logitDifference(answers, wrong),
  });

  /** Two prompts at once take longer: the stream, a head's output, and the pattern stand for the others. */
  const cases = [
    ...(["z", "resid_pre"] as const).map((site) => ["fact", site] as const),
    ...SITES.filter((site) => site !== "z" && site !== "resid_pre").map((site) => ["fact", site] as const),
    ...(["resid_pre", "z", "pattern"] as const).map((site) => ["ioi", site] as const),
  ];

  test.each(onBackend(backend, cases, 2))("%s at %s: sweep and estimate", async (name, site) => {
    const golden = GOLDEN[name] as Pair;
    const { actual, ...estimate } = await attributionPatching(model, { ...optionsOf(golden), site, compare: true });
    near([estimate.clean, actual!.corrupt], [golden.metric.clean, golden.metric.corrupt], "unpatched");
    near(actual!.patched.data, golden.patched[site as "z"], `${site}, patched`);
    const products = golden.estimate[site as "z"] as number[][] | number[][][];
    const summed = products.map((layer) => layer.map((x) => [x].flat().reduce((sum, y) => sum + y, 0)));
    near(estimate.effect.data, summed, `${site}, estimated`);
  });

  const byPosition = onBackend(backend, [GOLDEN.fact], 0);
  test.for(byPosition)("a head's output by layer, position and head", async (golden) => {
    const options = { ...optionsOf(golden), site: "z", by: ["layer", "position", "head"] } as const;
    const { patched } = await activationPatching(model, options);
    near(patched.data, golden["by position"].z, "z by position");
    expect(patched.shape).toEqual([4, 8, 8]);
  });

  test.each(onBackend(backend, ["fact", "ioi"] as const))("%s: KL divergence from the clean run", async (name) => {
    const golden = GOLDEN[name] as Pair;
    const options = { ...optionsOf(golden), metric: klDivergence(), site: "resid_post" } as const;
    const patching = await activationPatching(model, options);
    near([patching.clean, patching.corrupt], [0, golden.KL.corrupt], "KL, unpatched");
    near(patching.patched.data, golden.KL.patched.resid_post, "KL, patched");
  });

  test("one request, told of as it goes, and cancelled by its signal", async () => {
    const requests = vi.spyOn(model, "traceAll");
    const told: string[] = [];
    const controller = new AbortController();
    const options = {
      ...optionsOf(GOLDEN.fact),
      onProgress: ({ done, total }: { done: number; total: number }) => told.push(`${done}/${total}`),
    };
    await activationPatching(model, options);
    expect(requests).toHaveBeenCalledTimes(1);
    // Both runs and 23 of 32 cells: "The" is the same in both, and so is what enters layer 0 from position 3 on.
    expect(told.at(-1)).toBe("25/25");
    const cancelled = activationPatching(model, {
      ...optionsOf(GOLDEN.fact),
      chunkBytes: 1,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(cancelled).rejects.toMatchObject({ name: "CancelledError" });
  });
});
