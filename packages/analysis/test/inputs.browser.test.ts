/** Attribution of inputs on every backend, against torch's autograd (goldens/inputs.py). */
import { type GPT2LanguageModel, LanguageModel } from "insitu";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import GOLDEN from "../goldens/inputs.json";
import {
  type InputAttribution,
  type InputAttributionOptions,
  inputAttribution,
  klDivergence,
  logit,
  logitDifference,
  logProbability,
  loss,
  probability,
} from "../src/index.ts";
import { Agreement } from "./agreement.ts";
import { onBackend } from "./onBackend.ts";

interface Golden {
  scores: number[][];
  metric: number[];
  baseline?: number[];
  delta?: number[];
}

const { prompts } = GOLDEN;
const integrated = { method: "integrated gradients" } as const;
const zeros = { ...integrated, rule: "gauss-legendre" } as const;
const made = Float32Array.from({ length: 8 * 256 }, (_, i) => ((i % 7) - 3) / 50);
const vectors = { vectors: Array.from({ length: 8 }, (_, i) => Array.from(made.subarray(i * 256, (i + 1) * 256))) };
const plain: [string, { method: InputAttributionOptions["method"] }][] = [
  ["gradient x input", { method: "gradient x input" }],
  ["saliency", { method: "saliency" }],
];

type Options = Omit<InputAttributionOptions, "metric">;
const cases: [keyof typeof GOLDEN, string | string[], InputAttributionOptions["metric"], [string, Options][]][] = [
  [
    "fact logit",
    prompts.fact,
    logit(" Paris"),
    [
      ...plain,
      ["zeros", { ...zeros, steps: 12 }],
      ["midpoint", { ...integrated, steps: 8 }],
      ["token", { ...zeros, baseline: { token: " the" }, steps: 5 }],
      ["vectors", { ...zeros, baseline: vectors, steps: 4 }],
      ["occlusion zeros", { method: "occlusion" }],
      ["occlusion token", { method: "occlusion", baseline: { token: " the" } }],
      ["occlusion vectors", { method: "occlusion", baseline: vectors }],
    ],
  ],
  ["fact loss", prompts.fact, loss(), [...plain, ["zeros", { ...zeros, steps: 4 }]]],
  [
    "fact KL",
    prompts.fact,
    klDivergence(),
    [
      ["zeros", { ...zeros, steps: 4 }],
      ["occlusion", { method: "occlusion" }],
    ],
  ],
  ["capital probability", prompts.capital, probability(" Paris"), [...plain, ["occlusion", { method: "occlusion" }]]],
  ["story log probability", prompts.story, logProbability(" park"), plain],
  [
    "pair logit difference",
    prompts.pair,
    logitDifference([" Mary", " John"], [" John", " Mary"]),
    [...plain, ["zeros", { ...zeros, steps: 3 }], ["occlusion", { method: "occlusion" }]],
  ],
];

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
    console.log(`${backend}: inputs, worst error ${agreement.worst.toExponential(1)}`);
    await model.dispose();
  });

  const expectGolden = (result: InputAttribution, golden: Golden) => {
    agreement.check("numbers", result.scores.data, golden.scores.flat());
    agreement.check("numbers", result.metric, golden.metric);
    expect(result.baseline === undefined).toBe(golden.baseline === undefined);
    if (golden.baseline) agreement.check("numbers", result.baseline!, golden.baseline);
    // A difference of numbers as large as the metric, and no more exact than they are.
    const scale = Math.max(...golden.metric, ...(golden.baseline ?? []), 1);
    if (golden.delta)
      for (const [i, delta] of golden.delta.entries())
        expect(Math.abs(result.convergenceDelta![i]! - delta)).toBeLessThan(1e-4 * scale);
  };

  for (const [name, prompt, metric, methods] of cases) {
    test.each(onBackend(backend, methods))(`${name}: %s`, async (method, options) => {
      const golden = (GOLDEN[name] as unknown as Record<string, Golden>)[method]!;
      expectGolden(await inputAttribution(model, prompt, { ...options, metric }), golden);
    });
  }

  test.for(onBackend(backend, [3], 0))("in several passes as in one, one program each", async (steps) => {
    const options = { ...zeros, steps, metric: logitDifference([" Mary", " John"], [" John", " Mary"]) };
    const told: number[] = [];
    const onProgress = ({ total }: { total: number }) => told.push(total);
    const result = await inputAttribution(model, prompts.pair, { ...options, chunkBytes: 6_000_000, onProgress });
    expectGolden(result, GOLDEN["pair logit difference"].zeros);
    expect(told.at(-1)).toBe(2 + steps);
    const single: number[] = [];
    await inputAttribution(model, prompts.pair, { ...options, onProgress: ({ total }) => single.push(total) });
    expect(single.at(-1)).toBe(2 + 1);
  });
});
