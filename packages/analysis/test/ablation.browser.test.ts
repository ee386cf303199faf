/** Ablations on weights/tiny, against TransformerLens's hooks. */
import { type GPT2LanguageModel, LanguageModel } from "insitu";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import GOLDEN from "../goldens/ablation.json";
import {
  ablate,
  ablateEach,
  head,
  klDivergence,
  logitDifference,
  meanAblation,
  measure,
  mlp,
  neuron,
  position,
  type Replacement,
  resampleAblation,
  type Units,
  zeroAblation,
} from "../src/index.ts";
import { Agreement, type Nested } from "./agreement.ts";
import { onBackend } from "./onBackend.ts";

type Kind = keyof typeof GOLDEN.heads;

const WITH: Record<Kind, Replacement> = {
  zero: zeroAblation(),
  mean: meanAblation(GOLDEN["same length"]),
  "mean over positions": meanAblation(GOLDEN.others, { over: "positions" }),
};
const KINDS = Object.keys(WITH) as Kind[];
const { prompts } = GOLDEN;
const metric = logitDifference(GOLDEN.answers, GOLDEN.wrong);

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
    expect((await model.memory()).numTensors).toBe(tensors);
  });

  afterAll(async () => {
    console.log(`${backend}: ${model.device.adapter}; worst difference ${agreement.worst.toExponential(1)}`);
    await model.dispose();
  });

  const SWEEPS = ["attns", "heads", "mlps", "layers", "positions"] as const;
  test.each(KINDS.flatMap((kind) => onBackend(backend, SWEEPS).map((units) => [kind, units] as const)))(
    "%s: %s",
    async (kind, units) => {
      const { before, after, change } = await ablateEach(model, prompts, { units, with: WITH[kind], metric });
      near([before], GOLDEN.before, "before");
      near(after.data, GOLDEN[units][kind], "after");
      expect(change.data.every((x, i) => Math.abs(x - (after.data[i]! - before)) < 1e-5)).toBe(true);
    },
  );

  const LISTS: Record<string, Units> = {
    "positions before layer 2": GOLDEN.positions.zero.map((_, p) => position(p, 2)),
    "neurons of layer 1": GOLDEN["neurons of layer 1"].zero.map((_, n) => neuron(1, n)),
  };
  test.each(KINDS.flatMap((kind) => onBackend(backend, Object.keys(LISTS)).map((list) => [kind, list] as const)))(
    "%s: %s",
    async (kind, list) => {
      const { after } = await ablateEach(model, prompts, { units: LISTS[list]!, with: WITH[kind], metric });
      near(after.data, GOLDEN[list as "positions before layer 2"][kind], list);
    },
  );

  test.each(onBackend(backend, KINDS))("%s: at some positions, and several units together", async (kind) => {
    const some = await ablateEach(model, prompts, { units: "heads", with: WITH[kind], metric, positions: GOLDEN.some });
    near(some.after.data, GOLDEN["heads at some positions"][kind], "at some positions");
    const units = [mlp(2), neuron(1, 5), head(1, 4), head(0, 3)];
    const { before, after } = await ablate(model, prompts, { units, with: WITH[kind], metric });
    near([before, after], [GOLDEN.before, GOLDEN.together[kind]], "together");
  });

  test("resampled: a reference's activations, the same for the same seed", async () => {
    const draws = new Set<number>();
    for (const seed of [0, 1, 2, 3]) {
      const options = { units: [head(1, 4)], with: resampleAblation(GOLDEN["same length"], { seed }), metric };
      const { after } = await ablate(model, prompts, options);
      expect((await ablate(model, prompts, options)).after).toBe(after);
      // One draw of a reference for each prompt: the mean of two of the golden's logit differences.
      const [a, b] = GOLDEN.resampled["heads of layer 1"][4]!.map((rows) => rows.map(([x, y]) => x! - y!));
      const means = a!.flatMap((x) => b!.map((y) => (x + y) / 2));
      const off = means.map((x) => Math.abs(x - after) / Math.max(1, Math.abs(x)));
      expect(Math.min(...off)).toBeLessThan(1e-4);
      draws.add(means[off.indexOf(Math.min(...off))]!);
    }
    expect(draws.size).toBeGreaterThan(1);
  });

  test("KL divergence is from the whole model", async () => {
    const one = prompts[0]!;
    const options = { units: [mlp(0)], metric: klDivergence() };
    const { before, after } = await ablate(model, one, options);
    const ablated = model.edit(() => model.transformer.h[0]!.mlp.output.set(0));
    const { kl } = await measure(ablated, one, { kl: klDivergence() }, { reference: { model } });
    expect(before).toBe(0);
    near([after], kl, "KL");
    expect(kl).toBeGreaterThan(0.01);
  });
});
