/** Scores of heads on models without tokenizer and of two embeddings, and what is refused, on the cpu. */
import { type GPT2LanguageModel, LanguageModel, type Tensor } from "insitu";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { errorOf } from "../../insitu/test/fixtures.ts";
import { engineInProcess, loadInProcess } from "../../insitu/test/inProcess.ts";
import { eigenvalues } from "../src/heads/eigenvalues.ts";
import { copyingScores, headScores } from "../src/index.ts";

let model: GPT2LanguageModel;

beforeAll(async () => {
  model = await loadInProcess("apps/conformance/oracle/model");
});

afterAll(() => model.dispose());

test("targets, by hand", async () => {
  // Tokens 5 5 6 5: earlier fives of the second are at 0, of the last at 0 and 1; what followed them is at 1, and 1, 2.
  const ids = [5, 5, 6, 5];
  const { scores, queries } = await headScores(model, { prompts: [ids, [8, 9]] });
  const { patterns, short } = await model.trace((tracer) => {
    const read = () => model.transformer.h[1]!.attn.source.pattern.at(0, 2).save();
    return { patterns: tracer.invoke(ids, read), short: tracer.invoke([8, 9], read) };
  });
  const at = (query: number, ...keys: number[]) => keys.reduce((sum, key) => sum + patterns.at(query, key).item(), 0);
  expect(queries).toEqual({ previous: 4, duplicate: 2, induction: 2 });
  const previous = at(1, 0) + at(2, 1) + at(3, 2) + short.at(-1, -2).item();
  expect(scores.previous.at(1, 2)).toBeCloseTo(previous / 4, 5);
  expect(scores.duplicate.at(1, 2)).toBeCloseTo((at(1, 0) + at(3, 0, 1)) / 2, 5);
  expect(scores.induction.at(1, 2)).toBeCloseTo((at(1, 1) + at(3, 1, 2)) / 2, 5);
});

test("random tokens: different within a period, twice over, the same for the same seed", async () => {
  const draw = async (seed: number) =>
    (await headScores(model, { random: { rows: 3, period: 10, seed }, kinds: ["previous"] })).ids;
  const ids = await draw(1);
  expect(ids).toHaveLength(3);
  for (const row of ids) {
    expect(row.slice(10)).toEqual(row.slice(0, 10));
    expect(new Set(row).size).toBe(10);
    expect(row.every((id) => Number.isInteger(id) && id >= 0 && id < 512)).toBe(true);
  }
  expect(await draw(1)).toEqual(ids);
  expect(new Set([...ids, ...(await draw(2))].map((row) => row.join())).size).toBe(6);
});

test.each<[string, object, string, RegExp]>([
  ["both", { prompts: [1, 2], random: {} }, "ArgumentError", /Both prompts and random/],
  ["a kind", { kinds: ["copying"] }, "ArgumentError", /no kind "copying".*previous, duplicate, induction/s],
  ["no kind", { kinds: [] }, "ArgumentError", /kinds is empty/],
  ["nothing repeated", { prompts: [1, 2, 3] }, "PromptError", /target of duplicate heads.*repeat a token/s],
  ["one token", { prompts: [1], kinds: ["previous"] }, "PromptError", /target of previous heads.*two tokens/s],
  ["no prompts", { prompts: [] }, "PromptError", /empty/],
  ["rows", { random: { rows: 0 } }, "ArgumentError", /random.rows is 0/],
  ["a period too long", { random: { period: 65 } }, "ArgumentError", /random.period is 65.*2 to 64/s],
  ["a seed", { random: { seed: 0.5 } }, "ArgumentError", /random.seed is 0.5/],
])("%s", async (_, options, name, message) => {
  const error = await errorOf(() => headScores(model, options));
  expect(error.name).toBe(name);
  expect(error.message).toMatch(message);
  expect(error.message).toContain("heads.test.ts");
});

test("copying scores of layers that there are not, and cancelled ones", async () => {
  const error = await errorOf(() => copyingScores(model, { layers: [3] }));
  expect(error.message).toMatch(/layers names 3; there are 3/);
  const { numTensors } = await model.memory();
  const controller = new AbortController();
  const cancelled = await errorOf(() =>
    copyingScores(model, {
      signal: controller.signal,
      onProgress: ({ done, total }) => done === total && controller.abort(),
    }),
  );
  expect(cancelled.name).toBe("CancelledError");
  expect((await model.memory()).numTensors).toBe(numTensors);
});

test("an unembedding of its own: eigenvalues sum to the trace of the whole circuit", async () => {
  const url = `${inject("hub")}/insitu/tiny-untied/resolve/main/`;
  const untied = await LanguageModel.load(url, { backend: "cpu", engine: engineInProcess() });
  const { h, wte, ln_f } = untied.transformer;
  const weights = await untied.trace([0], () => {
    const { attn, ln_1 } = h[0]!;
    return {
      embed: wte.weight.save(),
      unembed: untied.lm_head.weight.mul(ln_f.weight).save(),
      value: attn.c_attn.weight.mul(ln_1.weight.expandDims(1)).save(),
      output: attn.c_proj.weight.save(),
    };
  });
  const { real, imaginary } = await copyingScores(untied);
  for (const head of [0, 1]) {
    const trace = traceOfCircuit(weights, head);
    expect(real.pick("head", head).sum()).toBeCloseTo(trace, 4);
    expect(Math.abs(trace)).toBeGreaterThan(1e-3);
    expect(imaginary.pick("head", head).sum()).toBeCloseTo(0, 5);
  }
  await untied.dispose();
});

/** Of W_E · W_V · W_O · W_U, [vocabulary, vocabulary], in 64 bits, its parts centred one by one; 32 wide, 2 heads. */
function traceOfCircuit(weights: Record<"embed" | "unembed" | "value" | "output", Tensor>, head: number): number {
  const [width, size] = [32, 16];
  const rows = (tensor: Tensor) => tensor.array() as number[][];
  const mean = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0) / numbers.length;
  const centred = (matrix: number[][]) => matrix.map((row) => row.map((x) => x - mean(row)));
  const embed = centred(rows(weights.embed));
  const unembed = centred(rows(weights.unembed));
  const over = unembed[0]!.map((_, c) => mean(unembed.map((row) => row[c]!)));
  let trace = 0;
  for (const [token, row] of embed.entries()) {
    const z = Array.from({ length: size }, (_, d) =>
      row.reduce((sum, x, c) => sum + x * weights.value.at(c, 2 * width + head * size + d).item(), 0),
    );
    for (let c = 0; c < width; c++) {
      const written = z.reduce((sum, x, d) => sum + x * weights.output.at(head * size + d, c).item(), 0);
      trace += written * (unembed[token]![c]! - over[c]!);
    }
  }
  return trace;
}

test("eigenvalues", async () => {
  const turned = await eigenvalues(Float32Array.from([0, -2, 2, 0]), 2);
  expect(turned.map(({ re, im }) => [re, Math.abs(im)])).toEqual([
    [0, 2],
    [0, 2],
  ]);
  const triangular = await eigenvalues(Float32Array.from([1, 7, 7, 0, -3, 7, 0, 0, 2]), 3);
  expect(triangular.map(({ re }) => Math.round(re * 1e6) / 1e6)).toEqual([-3, 2, 1]);
  const broken = await eigenvalues(Float32Array.from([1, Number.NaN, 0, 1]), 2);
  expect(broken.every(({ re, im }) => Number.isNaN(re) && Number.isNaN(im))).toBe(true);
});
