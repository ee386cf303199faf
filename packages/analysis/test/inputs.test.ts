/** Attribution of inputs in Node: quadrature alone, what is checked before anything runs, a model without a tokenizer. */
import { type GPT2LanguageModel, InsituError, type Value } from "insitu";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { loadInProcess } from "../../insitu/test/inProcess.ts";
import { type InputAttributionOptions, inputAttribution, klDivergence, logit, rank } from "../src/index.ts";
import { quadrature } from "../src/inputs/quadrature.ts";

describe("quadrature", () => {
  const integral = (rule: "gauss-legendre" | "midpoint", steps: number, f: (x: number) => number) => {
    const { points, weights } = quadrature(rule, steps);
    return points.reduce((sum, x, i) => sum + weights[i]! * f(x), 0);
  };

  test.each([1, 2, 3, 8, 32, 101])("Gauss-Legendre of %d points is exact up to degree 2n - 1, and no further", (n) => {
    for (const degree of [0, 1, n, 2 * n - 1]) {
      expect(Math.abs(integral("gauss-legendre", n, (x) => x ** degree) - 1 / (degree + 1))).toBeLessThan(1e-14);
    }
    // Beyond, the error is known: (n!)⁴ / ((2n)!² (2n + 1)).
    if (n > 3) return;
    let error = 1 / (2 * n + 1);
    for (let k = 1; k <= n; k++) error *= (k / (n + k)) ** 2;
    const degree = 2 * n;
    expect(1 / (degree + 1) - integral("gauss-legendre", n, (x) => x ** degree)).toBeCloseTo(error, 14);
  });

  test("points rise, and are symmetric", () => {
    const { points, weights } = quadrature("gauss-legendre", 7);
    for (const [i, x] of points.entries()) {
      expect(x).toBeGreaterThan(points[i - 1] ?? 0);
      expect(x + points[6 - i]!).toBeCloseTo(1, 15);
      expect(weights[i]).toBeCloseTo(weights[6 - i]!, 15);
    }
    expect(points[3]).toBeCloseTo(0.5, 15);
  });

  test("midpoint", () => {
    expect(quadrature("midpoint", 4)).toEqual({
      points: [0.125, 0.375, 0.625, 0.875],
      weights: [0.25, 0.25, 0.25, 0.25],
    });
    expect(integral("midpoint", 10, (x) => x * x)).toBeCloseTo(1 / 3 - 1 / 1200, 14);
  });
});

describe("weights/tiny", () => {
  let model: GPT2LanguageModel;
  let before: number;
  const fact = "The Eiffel Tower is in the city of";

  beforeAll(async () => {
    model = await loadInProcess("weights/tiny");
  });
  afterAll(() => model.dispose());
  beforeEach(async () => {
    before = (await model.memory()).numTensors;
  });
  afterEach(async () => {
    expect((await model.memory()).numTensors).toBe(before);
  });

  const saliency = { method: "saliency", metric: logit(" Paris") } as const;
  const integrated = { method: "integrated gradients", metric: logit(" Paris") } as const;
  const row0 = (logits: Value) => logits.at(0, -1, 5);
  const bad: [string, string | string[], object, string, RegExp][] = [
    ["a method", fact, { ...saliency, method: "attention" }, "ArgumentError", /no method "attention".*"occlusion"/s],
    ["a rule", fact, { ...integrated, rule: "simpson" }, "ArgumentError", /no rule "simpson".*midpoint/s],
    ["no steps", fact, { ...integrated, steps: 0 }, "ArgumentError", /steps is 0/],
    ["half a step", fact, { ...integrated, steps: 2.5 }, "ArgumentError", /steps is 2.5/],
    ["steps without a way", fact, { ...saliency, steps: 8 }, "ArgumentError", /saliency has no steps/],
    ["a baseline not used", fact, { ...saliency, baseline: "zeros" }, "ArgumentError", /saliency has no baseline/],
    ["a rule not used", fact, { ...integrated, method: "occlusion", rule: "midpoint" }, "ArgumentError", /no rule/],
    ["a baseline that is none", fact, { ...integrated, baseline: "mean" }, "ArgumentError", /"mean" is no baseline/],
    [
      "a baseline of two tokens",
      fact,
      { ...integrated, baseline: { token: " Eiffel Tower" } },
      "PromptError",
      /Eiffel/,
    ],
    [
      "a baseline's shape",
      fact,
      { ...integrated, baseline: { vectors: [1, 2] } },
      "ArgumentError",
      /are \[2\].*\[256\]/s,
    ],
    ["lengths", [fact, "Paris"], saliency, "PromptError", /different numbers of tokens: 8 and/],
    ["nothing", [], saliency, "PromptError", /empty/],
    [
      "rank",
      fact,
      { ...integrated, metric: rank(" Paris") },
      "GradientError",
      /rank of " Paris" has no gradient.*occlusion/s,
    ],
    ["KL from itself", fact, { ...saliency, metric: klDivergence() }, "ArgumentError", /gradient is 0/],
    ["no metric", fact, { method: "saliency" }, "ArgumentError", /no metric/],
    ["an answer of two tokens", fact, { ...saliency, metric: logit(" Paris France") }, "PromptError", /Paris France/],
    [
      "one number for all",
      [fact, fact],
      { ...saliency, metric: row0 },
      "ShapeMismatchError",
      /for 2 prompts.*":", -1/s,
    ],
    ["one number for all steps", fact, { ...integrated, metric: row0 }, "ShapeMismatchError", /for 32 prompts/],
    ["no gradient", fact, { ...saliency, metric: (x: Value) => x.at(":", -1).argMax() }, "GradientError", /./],
    ["a position", fact, { ...saliency, metric: logit(" Paris", { position: 8 }) }, "SliceError", /8/],
  ];
  test.each(bad)("refuses %s", async (_, prompt, options, name, message) => {
    const onProgress = () => expect.fail("something ran");
    const error = await inputAttribution(model, prompt, { ...(options as InputAttributionOptions), onProgress }).then(
      () => undefined,
      (error) => error,
    );
    expect(error).toBeInstanceOf(InsituError);
    expect(error.name).toBe(name);
    expect(error.message).toMatch(message);
    expect(error.line).toMatch(/inputs\.test\.ts/);
  });

  test("a signal that is aborted ends the request", async () => {
    const controller = new AbortController();
    const onProgress = () => controller.abort();
    const run = inputAttribution(model, fact, {
      ...integrated,
      steps: 4,
      chunkBytes: 1,
      onProgress,
      signal: controller.signal,
    });
    await expect(run).rejects.toMatchObject({ name: "CancelledError" });
  });

  test("rank by occlusion: whole numbers", async () => {
    const { scores, metric } = await inputAttribution(model, fact, { method: "occlusion", metric: rank(" Paris") });
    expect(metric).toEqual([0]);
    expect(scores.axes).toEqual([{ name: "position", labels: model.tokenizer.toStrTokens(fact) }]);
    expect(scores.name).toBe('occlusion on rank of " Paris"');
    expect(scores.at(1)).toBeLessThan(0);
    expect(scores.data.every(Number.isInteger)).toBe(true);
  });

  test("a prompt alone and beside another has the same scores", { timeout: 30_000 }, async () => {
    const prompts = [fact, "The Kremlin is in the city of the"];
    const options = { method: "integrated gradients", steps: 2, baseline: { token: " the" } } as const;
    const metric = logit([" Paris", " Moscow"]);
    const both = await inputAttribution(model, prompts, { ...options, metric });
    expect(both.scores.axes.map(({ name }) => name)).toEqual(["prompt", "position"]);
    expect(both.scores.axes[0]!.labels).toEqual(prompts);
    for (const [i, answer] of [" Paris", " Moscow"].entries()) {
      const alone = await inputAttribution(model, prompts[i]!, { ...options, metric: logit(answer) });
      for (const [position, score] of alone.scores.data.entries())
        expect(Math.abs(score - both.scores.at(i, position))).toBeLessThan(1e-4);
      expect(both.convergenceDelta![i]).toBeCloseTo(alone.convergenceDelta![0]!, 4);
    }
  });
});

describe("a model without a tokenizer", () => {
  let model: GPT2LanguageModel;
  beforeAll(async () => {
    model = await loadInProcess("apps/conformance/oracle/model");
  });
  afterAll(() => model.dispose());

  test("ids for tokens, and the scores add up to the metric's change", async () => {
    const ids = [3, 14, 15, 9, 2];
    const ranking = (logits: Value) => logits.at(":", -1, 7);
    const options = {
      method: "integrated gradients",
      baseline: { token: 1 },
      rule: "gauss-legendre",
      steps: 64,
    } as const;
    const result = await inputAttribution(model, ids, { ...options, metric: logit(7) });
    expect(result.scores.axes[0]!.labels).toEqual(ids.map(String));
    const change = result.metric[0]! - result.baseline![0]!;
    expect(Math.abs(change)).toBeGreaterThan(1e-3);
    expect(Math.abs(result.convergenceDelta![0]!)).toBeLessThan(1e-4);
    expect(result.scores.sum()).toBeCloseTo(change, 4);
    const same = await inputAttribution(model, ids, { ...options, metric: ranking });
    expect(same.scores.data).toEqual(result.scores.data);
    expect(same.scores.name).toBe("integrated gradients on ranking");
  });
});
