/** Steering vectors and steered generation on every backend, against TransformerLens's hooks (goldens/steering.py). */
import { type GPT2LanguageModel, LanguageModel } from "insitu";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import GOLDEN from "../goldens/steering.json";
import { SteeringVector, type SteerOptions, steer, steering, steeringVector } from "../src/index.ts";
import { Agreement } from "./agreement.ts";
import { onBackend } from "./onBackend.ts";

const { prompts, maxNewTokens, generations } = GOLDEN;

describe.each(["webgpu", "wasm", "cpu"] as const)("on %s", (backend) => {
  let model: GPT2LanguageModel;
  let before: number;
  const agreement = new Agreement();
  let travel: SteeringVector;
  let gender: SteeringVector;

  beforeAll(async () => {
    model = await LanguageModel.load("/weights/tiny", { backend });
    console.log(`${backend}: ${model.device.adapter}`);
    travel = await steeringVector(model, { positive: prompts.italy, negative: prompts.france, position: "mean" });
    gender = await steeringVector(model, { positive: prompts.women, negative: prompts.men });
  });
  beforeEach(async () => {
    before = (await model.memory()).numTensors;
  });
  afterEach(async () => {
    expect((await model.memory()).numTensors).toBe(before);
  });
  afterAll(async () => {
    console.log(`${backend}: steering, worst error ${agreement.worst.toExponential(1)}`);
    await model.dispose();
  });

  test("difference of means, of prompts of different lengths, as one request", async () => {
    expect(travel.vectors.shape).toEqual([4, 256]);
    agreement.check("numbers", travel.vectors.data.slice(0, 512), GOLDEN.vectors.travel.flat());
    agreement.check("numbers", travel.norms().data, GOLDEN.norms.travel);
    agreement.check("numbers", [...gender.at(2).data, ...gender.at(3).data], GOLDEN.vectors.gender.flat());
    agreement.check("numbers", gender.norms().data, GOLDEN.norms.gender);
    const totals = new Set<number>();
    const mlp = await steeringVector(model, {
      positive: prompts.women,
      negative: prompts.men,
      layers: [-3],
      position: 0,
      site: "mlp_out",
      onProgress: ({ total }) => totals.add(total),
    });
    expect(mlp.layers).toEqual([1]);
    agreement.check("numbers", mlp.vectors.data, GOLDEN.vectors.mlp.flat());
    expect([...totals]).toEqual([2]);
  });

  test("a pass in parts is the pass", async () => {
    const told: number[] = [];
    const parts = await steeringVector(model, {
      positive: prompts.women,
      negative: prompts.men,
      chunkBytes: 2 * 4 * 6 * 1024,
      onProgress: ({ total }) => told.push(total),
    });
    expect(told.at(-1)).toBe(3 + 3);
    agreement.check("numbers", parts.vectors.data, Array.from(gender.vectors.data));
  });

  const cases: [keyof typeof generations, (v: Record<"travel" | "gender", SteeringVector>) => Partial<SteerOptions>][] =
    [
      ["night prompt", ({ gender }) => ({ vector: gender, layers: [2], coefficient: 5, steps: "prompt" })],
      ["night later", ({ gender }) => ({ vector: gender, layers: [2], coefficient: 6, steps: "later" })],
      ["night steps", ({ gender }) => ({ vector: gender, layers: [2], coefficient: 6, steps: ":3" })],
      ["night steps", ({ gender }) => ({ vector: gender, layers: [2], coefficient: 6, steps: [0, 1, 2] })],
      ["night positions", ({ gender }) => ({ vector: gender, layers: [2], coefficient: 5, positions: [2, -1] })],
      ...(["resid_pre", "resid_mid", "attn_out", "mlp_out"] as const).map((site): (typeof cases)[number] => [
        `night ${site}`,
        ({ gender }) => ({ vector: SteeringVector.of("moved", site, [2], [gender.at(2).data]), coefficient: 4 }),
      ]),
      ["night two layers", ({ gender }) => ({ vector: gender, layers: [1, -2], coefficient: 2 })],
      ["night two vectors", ({ gender, travel }) => ({ vector: [gender, travel], layers: [2], coefficient: 3 })],
    ];
  test.each(onBackend(backend, cases, 3))("%s", async (name, options) => {
    const { steered, plain } = await steer(model, prompts.night, {
      ...(options({ travel, gender }) as SteerOptions),
      maxNewTokens,
    });
    expect(plain.ids).toEqual(generations["night plain"]);
    expect(steered.map(({ ids }) => ids)).toEqual([generations[name]]);
  });

  test("several coefficients in one request", async () => {
    const totals = new Set<number>();
    const result = await steer(model, prompts.travel, {
      vector: travel,
      layers: [2],
      coefficient: [2, -1.5],
      maxNewTokens,
      onProgress: ({ total }) => totals.add(total),
    });
    expect(result.plain.ids).toEqual(generations["travel plain"]);
    expect(result.steered.map(({ ids }) => ids)).toEqual([generations["travel 2"], generations["travel -1.5"]]);
    expect(result.steered.map(({ coefficient }) => coefficient)).toEqual([2, -1.5]);
    expect(result.steered[0]!.text).toContain(" Rome. She wanted to see the Trevi Fountain.");
    expect([...totals]).toEqual([3]);
  });

  test("as an edit of the model, in a generation and in a trace", async () => {
    const edited = model.edit(steering(model, gender, { layers: [2], coefficient: 4 }));
    const ids = await edited.generate(prompts.night, { maxNewTokens });
    expect(Array.from(ids.data).slice(-maxNewTokens)).toEqual(generations["night 4"]);
    const best = () => edited.lm_head.output.at(0, -1).argMax().save();
    const first = await edited.trace(prompts.night, best);
    expect(first.item()).toBe(generations["night 4"][0]);
    const body = steering(model, gender, { layers: [2], coefficient: 4 });
    const same = await model.trace(prompts.night, (tracer) => {
      body(tracer);
      return model.lm_head.output.at(0, -1).argMax().save();
    });
    expect(same.item()).toBe(generations["night 4"][0]);
  });

  test("JSON and back", async () => {
    const again = SteeringVector.from(JSON.parse(JSON.stringify(gender)));
    expect(again).toEqual(gender);
    const { steered } = await steer(model, prompts.night, { vector: again, layers: [2], coefficient: 4, maxNewTokens });
    expect(steered[0]!.ids).toEqual(generations["night 4"]);
  });

  test("sampling: one seed for all, the same again", async () => {
    const options = { vector: gender, layers: [2], coefficient: [0, 4], maxNewTokens: 6, doSample: true } as const;
    const { plain, steered, seed } = await steer(model, prompts.night, options);
    expect(steered[0]!.ids).toEqual(plain.ids);
    const again = await steer(model, prompts.night, { ...options, seed: seed! });
    expect(again).toEqual({ prompt: again.prompt, plain, steered, seed });
  });
});
