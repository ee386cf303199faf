/** Steering in Node: what is checked before anything runs, vectors as data, a model without a tokenizer. */
import { type GPT2LanguageModel, InsituError } from "insitu";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { loadInProcess } from "../../insitu/test/inProcess.ts";
import { SteeringVector, type SteerOptions, steer, steering, steeringVector } from "../src/index.ts";

const failure = async (run: () => unknown): Promise<InsituError> => {
  try {
    await run();
  } catch (error) {
    expect(error).toBeInstanceOf(InsituError);
    return error as InsituError;
  }
  return expect.fail("nothing was thrown");
};

describe("SteeringVector", () => {
  const vector = SteeringVector.of("mine", "resid_post", [1, 3], [new Float64Array([3, 4]), [0, -2]]);

  test("vectors, norms, directions", () => {
    expect(vector.width).toBe(2);
    expect(vector.at(3).array()).toEqual([0, -2]);
    expect(vector.vectors.pick("layer", "L1").tensor.array()).toEqual([3, 4]);
    expect(vector.norms().toJSON()).toMatchObject({ axes: [{ name: "layer", labels: ["L1", "L3"] }], values: [5, 2] });
    const { data } = vector.normalized().vectors;
    for (const [i, x] of [0.6, 0.8, 0, -1].entries()) expect(data[i]).toBeCloseTo(x, 6);
  });

  test("data and back", () => {
    expect(SteeringVector.from(JSON.parse(JSON.stringify(vector)))).toEqual(vector);
    expect(vector.toJSON()).toEqual({
      kind: "insitu steering vector",
      version: 1,
      name: "mine",
      site: "resid_post",
      layers: [1, 3],
      vectors: [
        [3, 4],
        [0, -2],
      ],
    });
  });

  const json = vector.toJSON();
  test.each([
    ["nothing", undefined],
    ["another kind", { ...json, kind: "probe" }],
    ["another version", { ...json, version: 2 }],
    ["a vector too few", { ...json, vectors: [[1, 2]] }],
    ["ragged vectors", { ...json, vectors: [[1, 2], [1]] }],
    [
      "no numbers",
      {
        ...json,
        vectors: [
          [1, 2],
          [1, "a"],
        ],
      },
    ],
    ["no list of numbers", { ...json, vectors: [[1, 2], null] }],
    ["no layers", { ...json, layers: [], vectors: [] }],
    ["half a layer", { ...json, layers: [0, 1.5] }],
    ["a site that there is not", { ...json, site: "resid" }],
    ["a site with heads", { ...json, site: "z" }],
  ])("refuses %s", async (_, given) => {
    const error = await failure(() => SteeringVector.from(given as never));
    expect(error.name).toBe("ArgumentError");
    expect(error.line).toMatch(/steering\.test\.ts/);
  });
});

describe("weights/tiny", () => {
  let model: GPT2LanguageModel;
  let vector: SteeringVector;
  let before: number;
  const pair = { positive: ["The king", "The queen said that"], negative: "The man" };

  beforeAll(async () => {
    model = await loadInProcess("weights/tiny");
    vector = await steeringVector(model, pair);
  });
  afterAll(() => model.dispose());
  beforeEach(async () => {
    before = (await model.memory()).numTensors;
  });
  afterEach(async () => {
    expect((await model.memory()).numTensors).toBe(before);
  });

  const badVectors: [string, object, string, RegExp][] = [
    ["no prompts", { positive: [] }, "PromptError", /positive prompt is empty/],
    ["an empty prompt", { negative: ["", "The man"] }, "PromptError", /negative prompt is empty/],
    ["a position that one lacks", { position: 3 }, "PromptError", /"The king" has no position 3: it has 2 tokens/],
    ["half a position", { position: 0.5 }, "ArgumentError", /position is 0.5.*"mean"/s],
    ["a layer", { layers: [4] }, "ArgumentError", /layers names 4; there are 4/],
    ["no layers", { layers: [] }, "ArgumentError", /nothing would run/],
    ["a site", { site: "resid" }, "ArgumentError", /no site "resid"/],
    ["a site with heads", { site: "pattern" }, "ArgumentError", /pattern has heads.*resid_post/s],
  ];
  test.each(badVectors)("no vector of %s", async (_, options, name, message) => {
    const onProgress = () => expect.fail("something ran");
    const error = await failure(() => steeringVector(model, { ...pair, ...options, onProgress }));
    expect([error.name, error.message]).toEqual([name, expect.stringMatching(message)]);
    expect(error.line).toMatch(/steering\.test\.ts/);
  });

  const other = SteeringVector.of("other", "resid_post", [0], [[1, 2, 3]]);
  const badSteering: [string, object, string, RegExp][] = [
    ["no vector", { vector: undefined }, "ArgumentError", /There is no steering vector/],
    ["an empty list", { vector: [] }, "ArgumentError", /There is no steering vector/],
    ["another model's", { vector: other }, "ShapeMismatchError", /width 3.*width 256/s],
    ["several layers, none named", { layers: undefined }, "ArgumentError", /layers 0, 1, 2, 3, and none is named/],
    ["no layers", { layers: [] }, "ArgumentError", /none is named/],
    ["a layer", { layers: [7] }, "ArgumentError", /has no layer 7/],
    ["a coefficient", { coefficient: Number.NaN }, "ArgumentError", /coefficient is NaN/],
    ["no coefficients", { coefficient: [] }, "ArgumentError", /coefficient is \[\]/],
    ["no positions", { positions: [] }, "ArgumentError", /nothing would be steered/],
    ["positions of later steps", { positions: [1], steps: "later" }, "ArgumentError", /nothing would be steered/],
    ["a position", { positions: [9] }, "SliceError", /9/],
    ["a step", { steps: [0, 5] }, "ArgumentError", /no step 5/],
    ["steps that are none", { steps: "some" }, "SliceError", /some/],
    ["no length", { maxNewTokens: undefined }, "ArgumentError", /./],
  ];
  test.each(badSteering)("no steering by %s", async (_, options, name, message) => {
    const onProgress = () => expect.fail("something ran");
    const given = { vector, layers: [1], maxNewTokens: 3, ...options, onProgress } as SteerOptions;
    const error = await failure(() => steer(model, "The old king", given));
    expect([error.name, error.message]).toEqual([name, expect.stringMatching(message)]);
    expect(error.line).toMatch(/steering\.test\.ts/);
  });

  test("no steering of several prompts", async () => {
    const error = await failure(() => steer(model, ["The king", "The man"] as never, { vector, maxNewTokens: 1 }));
    expect(error.message).toMatch(/2 prompts.*steering\(model, vector/s);
  });

  test("a signal that is aborted", async () => {
    const signal = AbortSignal.abort();
    expect((await failure(() => steeringVector(model, { ...pair, signal }))).name).toBe("CancelledError");
    const given = { vector, layers: [1], maxNewTokens: 2, signal };
    expect((await failure(() => steer(model, "The old king", given))).name).toBe("CancelledError");
  });

  test("of many prompts, padded: positions from the end are those of the text", async () => {
    const prompts = ["The old king", "The queen said that the old king"];
    const body = steering(model, vector, { layers: [2], coefficient: 3, positions: [-1] });
    const ids = await model.generate(prompts, { maxNewTokens: 3 }, (tracer) => {
      body(tracer);
      return tracer.result.save();
    });
    for (const [row, prompt] of prompts.entries()) {
      const options = { vector, layers: [2], coefficient: 3, positions: [-1], maxNewTokens: 3 };
      expect(Array.from(ids.at(row, "-3:").data)).toEqual((await steer(model, prompt, options)).steered[0]!.ids);
    }
  });

  test("in a trace: what is added is coefficient · vector, where it is said", async () => {
    const prompt = "The old king";
    const at1 = () => model.transformer.h[1]!.output.at(0).save();
    const plain = await model.trace(prompt, at1);
    const options = { layers: [1], coefficient: -2, positions: [-1] };
    const steered = await model.trace(prompt, (tracer) => {
      steering(model, vector, options)(tracer);
      return at1();
    });
    const last = plain.shape[0]! - 1;
    expect(steered.at(":-1").data).toEqual(plain.at(":-1").data);
    const added = vector.at(1).data;
    for (const [i, x] of steered.at(last).data.entries())
      expect(Math.abs(x - (plain.at(last, i).item() - 2 * added[i]!))).toBeLessThan(1e-4);
    const later = await model.trace(prompt, (tracer) => {
      steering(model, vector, { layers: [1], steps: "later" })(tracer);
      return at1();
    });
    expect(later.data).toEqual(plain.data);
  });
});

describe("a model without a tokenizer", () => {
  let model: GPT2LanguageModel;
  beforeAll(async () => {
    model = await loadInProcess("apps/conformance/oracle/model");
  });
  afterAll(() => model.dispose());

  test("ids in, ids out", async () => {
    const vector = await steeringVector(model, {
      positive: [
        [1, 2, 3],
        [4, 5],
      ],
      negative: [[6, 7]],
      position: "mean",
      layers: [0],
    });
    const result = await steer(model, [1, 2, 3], { vector, coefficient: [0, 1e3], maxNewTokens: 4 });
    expect(result.prompt.text).toBe("1 2 3");
    expect(result.plain.tokens).toEqual(result.plain.ids.map(String));
    expect(result.steered[0]!.ids).toEqual(result.plain.ids);
    expect(result.steered[1]!.ids).not.toEqual(result.plain.ids);
    expect(result.seed).toBeUndefined();
  });
});
