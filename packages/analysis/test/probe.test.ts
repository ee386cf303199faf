/** Logistic regression alone, against torch; folds; what a probe checks before anything runs. */
import { type GPT2LanguageModel, InsituError } from "insitu";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { loadInProcess } from "../../insitu/test/inProcess.ts";
import GOLDEN from "../goldens/probe.json";
import { probe } from "../src/index.ts";
import { Pauses } from "../src/shared/pauses.ts";
import { stratifiedFolds } from "../src/steering/folds.ts";
import { accuracyOf, fitLogistic, logitOf } from "../src/steering/logisticRegression.ts";

describe("logistic regression", () => {
  const labels = GOLDEN.foldsOf.labels;
  const width = 5;
  const x = Float64Array.from({ length: labels.length * width }, (_, at) => {
    const [i, j] = [Math.floor(at / width), at % width];
    return (((i * 37 + j * 101 + i * j * 13) % 97) - 48) * 0.1 * 1.5 ** j;
  });

  test.each(GOLDEN.plain)("is torch's, l2 $l2", async ({ l2, weights, bias }) => {
    const found = await fitLogistic({ x, width, labels }, l2, new Pauses(undefined));
    for (const [i, w] of weights.entries()) expect(Math.abs(found.weights[i]! - w)).toBeLessThan(1e-6);
    expect(Math.abs(found.bias - bias)).toBeLessThan(1e-6);
  });

  test("its gradient is 0 there", async () => {
    const found = await fitLogistic({ x, width, labels }, 1, new Pauses(undefined));
    const residuals = labels.map((label, row) => 1 / (1 + Math.exp(-logitOf(found, x, row))) - label);
    expect(Math.abs(residuals.reduce((sum, r) => sum + r, 0))).toBeLessThan(1e-8);
    for (let j = 0; j < width; j++) {
      const slope = residuals.reduce((sum, r, row) => sum + r * x[row * width + j]!, found.weights[j]!);
      expect(Math.abs(slope)).toBeLessThan(1e-7);
    }
    const right = labels.filter((label, row) => logitOf(found, x, row) > 0 === (label === 1)).length;
    expect(accuracyOf(found, { x, width, labels })).toBe(right / labels.length);
    expect(right).toBeGreaterThan(labels.length / 2);
  });

  test.each([10, 1e-3, 1e-6, 1e-9])("more features than examples, divided by a plane, l2 %d", async (l2) => {
    const many = Float64Array.from({ length: 6 * 50 }, (_, i) => Math.sin(7 * i * i));
    const of = [1, 0, 1, 1, 0, 0];
    const found = await fitLogistic({ x: many, width: 50, labels: of }, l2, new Pauses(undefined));
    for (const [row, label] of of.entries()) expect(logitOf(found, many, row) > 0).toBe(label === 1);
    // At the minimum w = Σ (y - p) x / l2; each y - p exactly, where it is tiny.
    const wrong = of.map((label, row) => {
      const z = logitOf(found, many, row);
      return label === 1 ? 1 / (1 + Math.exp(z)) : -1 / (1 + Math.exp(-z));
    });
    const size = Math.hypot(...found.weights);
    for (let j = 0; j < 50; j++) {
      const sum = wrong.reduce((sum, r, row) => sum + r * many[row * 50 + j]!, 0) / l2;
      expect(Math.abs(found.weights[j]! - sum)).toBeLessThan(1e-6 * size);
    }
  });

  test("features that tell nothing: no weights, and the bias of the shares", async () => {
    const x = new Float64Array(3 * 4).fill(2);
    const found = await fitLogistic({ x, width: 3, labels: [1, 0, 1, 1] }, 1, new Pauses(undefined));
    expect(Math.hypot(...found.weights)).toBeLessThan(1e-12);
    expect(found.bias).toBeCloseTo(Math.log(3), 10);
  });

  test("lets the event loop go on", async () => {
    const [count, width] = [120, 300];
    const wide = Float64Array.from({ length: count * width }, (_, i) => Math.sin(3 * i * i + i));
    const labels = Array.from({ length: count }, (_, i) => ((i * i) % 7) % 2);
    let longest = 0;
    let ticks = 0;
    let last = performance.now();
    const timer = setInterval(() => {
      ticks++;
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 1);
    const start = performance.now();
    for (let i = 0; i < 10; i++) await fitLogistic({ x: wide, width, labels }, 1e-3, new Pauses(undefined));
    const took = performance.now() - start;
    clearInterval(timer);
    console.log(`${Math.round(took)} ms, longest ${Math.round(longest)}, ${ticks} ticks`);
    expect(ticks).toBeGreaterThan(3);
    expect(longest).toBeLessThan(took / 4);
  });
});

describe("folds", () => {
  test("are those of the golden", () => {
    expect(stratifiedFolds(GOLDEN.foldsOf.labels, 4, 9)).toEqual(GOLDEN.foldsOf.folds);
  });

  test.each([0, 1, 12345, -7])("share out both classes, seed %d", (seed) => {
    const labels = Array.from({ length: 23 }, (_, i) => (i < 9 ? 1 : 0));
    const folds = stratifiedFolds(labels, 4, seed);
    for (const label of [0, 1]) {
      const counts = [0, 1, 2, 3].map((fold) => folds.filter((f, i) => f === fold && labels[i] === label).length);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    }
    expect(stratifiedFolds(labels, 4, seed)).toEqual(folds);
    expect(stratifiedFolds(labels, 4, seed + 1)).not.toEqual(folds);
  });
});

describe("weights/tiny", () => {
  let model: GPT2LanguageModel;
  const pair = {
    positive: ["The king", "The queen said", "The prince"],
    negative: ["The man", "The boy said", "A girl"],
  };
  beforeAll(async () => {
    model = await loadInProcess("weights/tiny");
  });
  afterAll(() => model.dispose());

  test.each<[string, object, string, RegExp]>([
    ["an l2 of 0", { l2: 0, folds: 2 }, "ArgumentError", /l2 is 0/],
    ["an l2 that is none", { l2: Number.NaN, folds: 2 }, "ArgumentError", /l2 is NaN/],
    ["too many folds", {}, "ArgumentError", /folds is 5, and the smaller class has 3.*Use 2 to 3/s],
    ["one fold", { folds: 1 }, "ArgumentError", /folds is 1/],
    ["one prompt", { positive: "The king", folds: 2 }, "ArgumentError", /two prompts or more/],
    ["a seed", { folds: 2, seed: 0.5 }, "ArgumentError", /seed is 0.5/],
    ["a layer", { layers: [9], folds: 2 }, "ArgumentError", /layers names 9/],
    ["no prompts", { negative: [] }, "PromptError", /negative prompt is empty/],
  ])("refuses %s", async (_, options, name, message) => {
    const onProgress = () => expect.fail("something ran");
    const error = await probe(model, { ...pair, ...options, onProgress }).then(
      () => undefined,
      (error) => error,
    );
    expect(error).toBeInstanceOf(InsituError);
    expect([error.name, error.message]).toEqual([name, expect.stringMatching(message)]);
    expect(error.line).toMatch(/probe\.test\.ts/);
  });

  test("is cancelled between its fits, too", async () => {
    const controller = new AbortController();
    const { traceAll } = model;
    const asked = vi.spyOn(model, "traceAll").mockImplementation(async (...request: unknown[]) => {
      const results = await (traceAll as (...request: unknown[]) => Promise<never>)(...request);
      // What the worker is asked for is there: only the fits are to come.
      controller.abort();
      return results;
    });
    const run = probe(model, { ...pair, folds: 3, signal: controller.signal });
    await expect(run).rejects.toMatchObject({ name: "CancelledError" });
    expect(asked).toHaveBeenCalledTimes(1);
    asked.mockRestore();
  });

  test("a prompt too short for its position", async () => {
    const found = await probe(model, { ...pair, folds: 3, position: 1, layers: [-1] });
    expect(found.best).toBe(3);
    expect(found.accuracy.trained.at(0)).toBe(1);
    await expect(found.predict(model, ["The king", "The"])).rejects.toMatchObject({
      name: "PromptError",
      message: expect.stringMatching(/"The" has no position 1/),
    });
  });
});
