/** Probes on every backend, against torch's LBFGS in float64 (goldens/probe.py). */
import { type GPT2LanguageModel, LanguageModel } from "insitu";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import GOLDEN from "../goldens/probe.json";
import { probe, steer } from "../src/index.ts";
import { Agreement } from "./agreement.ts";

const { women, men, l2, folds, seed } = GOLDEN;

describe.each(["webgpu", "wasm", "cpu"] as const)("on %s", (backend) => {
  let model: GPT2LanguageModel;
  let before: number;
  const agreement = new Agreement();

  beforeAll(async () => {
    model = await LanguageModel.load("/weights/tiny", { backend });
    console.log(`${backend}: ${model.device.adapter}`);
  });
  beforeEach(async () => {
    before = (await model.memory()).numTensors;
  });
  afterEach(async () => {
    expect((await model.memory()).numTensors).toBe(before);
  });
  afterAll(async () => {
    console.log(`${backend}: probe, worst error ${agreement.worst.toExponential(1)}`);
    await model.dispose();
  });

  test.each([
    ["last", -1, l2],
    ["mean", "mean", 1],
  ] as const)("at %s", async (name, position, l2) => {
    const golden = GOLDEN[name];
    const totals = new Set<number>();
    const found = await probe(model, {
      positive: women,
      negative: men,
      position,
      l2,
      folds,
      seed,
      onProgress: ({ total }) => totals.add(total),
    });
    // Three lengths of prompts on either side.
    expect([...totals]).toEqual([6]);
    agreement.check("numbers", found.vector.at(0).data, golden.directions[0]!);
    agreement.check("numbers", found.vector.at(2).data, golden.directions[1]!);
    agreement.check("numbers", found.scales.data, golden.scales);
    agreement.check("numbers", found.biases.data, golden.biases);
    agreement.check("numbers", found.accuracy.heldOut.data, golden.heldOut);
    agreement.check("numbers", found.accuracy.folds.data, golden.folds.flat());
    agreement.check("numbers", found.accuracy.trained.data, golden.trained);
    expect(found.accuracy.chance).toBe(12 / 23);
    const { logit, probability } = await found.predict(model, GOLDEN.new);
    const logits = GOLDEN.new.flatMap((_, prompt) => golden.logits.map((layer) => layer[prompt]!));
    agreement.check("numbers", logit.data, logits);
    agreement.check(
      "numbers",
      probability.data,
      logits.map((z) => 1 / (1 + Math.exp(-z))),
    );
    expect(probability.axes[0]!.labels).toEqual(GOLDEN.new);
  });

  test("its direction steers", async () => {
    const found = await probe(model, { positive: women, negative: men, layers: [2], folds: 2 });
    const { plain, steered } = await steer(model, "Leo went to the store because", {
      vector: found.vector,
      coefficient: 20,
      maxNewTokens: 1,
    });
    expect([plain.text, steered[0]!.text]).toEqual([" he", " she"]);
  });
});
