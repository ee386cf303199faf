/** The lens on a model without tokenizer, and what it refuses, on the cpu. */
import { type GPT2LanguageModel, LanguageModel } from "insitu";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { errorOf } from "../../insitu/test/fixtures.ts";
import { engineInProcess, loadInProcess } from "../../insitu/test/inProcess.ts";
import { type LensSite, type LogitLensOptions, logitLens } from "../src/index.ts";

const PROMPT = [11, 405, 27, 318];

let model: GPT2LanguageModel;

beforeAll(async () => {
  model = await loadInProcess("apps/conformance/oracle/model");
});

afterAll(() => model.dispose());

test("without a tokenizer, tokens are called by their ids", async () => {
  const lens = await logitLens(model, PROMPT, { tokens: [7, 0], k: 3 });
  expect(lens.entropy.axes).toEqual([
    { name: "place", labels: ["embed", "0_post", "1_post", "2_post"] },
    { name: "position", labels: ["11", "405", "27", "318"] },
  ]);
  expect(lens.tokens!.rank.axes[2]).toEqual({ name: "token", labels: ["7", "0"] });
  const top = lens.top("2_post", -1);
  const { best } = await model.trace(PROMPT, () => ({ best: model.lm_head.output.at(0, -1).topk(3).indices.save() }));
  expect(top.map(({ id }) => id)).toEqual(Array.from(best.data));
  expect(top.map(({ token }) => token)).toEqual(Array.from(best.data, String));
  expect(lens.logits).toBeUndefined();
});

test("figures hang together", async () => {
  const lens = await logitLens(model, [PROMPT, [5, 6, 7, 8]], { tokens: [9], k: 512, keepLogits: true });
  expect(lens.topIds.shape).toEqual([2, 4, 4, 512]);
  const top = lens.top("1_post", 2, 1);
  expect(top.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 5);
  const at = top.findIndex(({ id }) => id === 9);
  expect(lens.tokens!.rank.at(1, 2, 2, 0)).toBe(at);
  expect(lens.tokens!.probability.at(1, 2, 2, 0)).toBeCloseTo(top[at]!.probability, 6);
  expect(lens.logits!.at(1, 2, 2, 9)).toBeCloseTo(top[at]!.logit, 6);
  const entropy = -top.reduce((sum, { probability: p }) => sum + p * Math.log(p), 0);
  expect(lens.entropy.at(1, 2, 2)).toBeCloseTo(entropy, 4);
  const last = lens.kl.pick("place", "2_post");
  expect(last.data.every((x) => Math.abs(x) < 1e-5)).toBe(true);
  expect(lens.kl.pick("place", "embed").data.every((x) => x > 1e-3)).toBe(true);
});

test("an unembedding of its own, of a vocabulary that no block divides", async () => {
  const url = `${inject("hub")}/insitu/tiny-untied/resolve/main/`;
  const untied = await LanguageModel.load(url, { backend: "cpu", engine: engineInProcess() });
  const lens = await logitLens(untied, [1, 2, 3], { tokens: [4], keepLogits: true });
  const { hidden, weight } = await untied.trace([1, 2, 3], () => ({
    hidden: untied.transformer.ln_f(untied.transformer.h[0]!.input).at(0, 1).save(),
    weight: untied.lm_head.weight.save(),
  }));
  const logits = Array.from({ length: 300 }, (_, id) =>
    Array.from(hidden.data).reduce((sum, x, c) => sum + x * weight.at(id, c).item(), 0),
  );
  const sum = logits.reduce((sum, x) => sum + Math.exp(x), 0);
  const probabilities = logits.map((x) => Math.exp(x) / sum);
  expect(lens.tokens!.logit.at(0, 1, 0)).toBeCloseTo(logits[4]!, 4);
  expect(lens.tokens!.probability.at(0, 1, 0)).toBeCloseTo(probabilities[4]!, 6);
  expect(lens.tokens!.rank.at(0, 1, 0)).toBe(logits.filter((x) => x > logits[4]!).length);
  expect(lens.entropy.at(0, 1)).toBeCloseTo(-probabilities.reduce((sum, p) => sum + p * Math.log(p), 0), 4);
  await untied.dispose();
});

test("places come in the order of the stream, each once", async () => {
  const sites: LensSite[] = ["resid_post", "resid_mid", "embed"];
  const lens = await logitLens(model, PROMPT, { sites, layers: [-1, 0, 2], positions: [-1] });
  expect(lens.kl.axes[0]!.labels).toEqual(["embed", "0_mid", "0_post", "2_mid", "2_post"]);
  expect(lens.kl.axes[1]!.labels).toEqual(["318"]);
});

test.each<[string, unknown, Record<string, unknown>, string, RegExp]>([
  ["a site", PROMPT, { sites: ["z"] }, "ArgumentError", /There is no site "z".*embed, resid_pre/s],
  ["no site", PROMPT, { sites: [] }, "ArgumentError", /sites is empty/],
  ["a layer", PROMPT, { layers: [3] }, "ArgumentError", /layers names 3; there are 3.*0 to 2/s],
  ["a position", PROMPT, { positions: [-5] }, "ArgumentError", /positions names -5; there are 4/],
  ["k", PROMPT, { k: 0 }, "ArgumentError", /k is 0.*1 to 512/s],
  ["k too large", PROMPT, { k: 513 }, "ArgumentError", /k is 513/],
  ["a token", PROMPT, { tokens: [512] }, "PromptError", /no token 512.*0 to 511/s],
  ["no prompt", [], {}, "PromptError", /empty/],
  ["lengths", [[1, 2], [3]], {}, "PromptError", /different numbers of tokens: 2 and 1/],
  ["a matrix", PROMPT, { unembedding: [[1, 2]] }, "ShapeMismatchError", /shape \[1,2\].*\[512,64\]/s],
  ["a lens that gives nothing", PROMPT, { unembedding: () => undefined }, "ShapeMismatchError", /embed gives no value/],
  [
    "a lens of another shape",
    PROMPT,
    { unembedding: (h: unknown) => h },
    "ShapeMismatchError",
    /\[1,4,64\].*\[1,4,512\]/s,
  ],
])("%s", async (_, prompt, options, name, message) => {
  const { numTensors } = await model.memory();
  const told: unknown[] = [];
  const error = await errorOf(() =>
    logitLens(model, prompt as number[], { ...options, onProgress: (p) => told.push(p) } as LogitLensOptions),
  );
  expect(error.name).toBe(name);
  expect(error.message).toMatch(message);
  expect(error.message).toContain("lens.test.ts");
  expect(told).toEqual([]);
  expect((await model.memory()).numTensors).toBe(numTensors);
});

test("places, positions and prompts that a result has not", async () => {
  const one = await logitLens(model, PROMPT, { layers: [0] });
  const several = await logitLens(model, [PROMPT], { layers: [0] });
  expect((await errorOf(() => one.top("1_post", 0))).message).toMatch(/no place "1_post".*"embed", "0_post"/s);
  expect((await errorOf(() => one.top("0_post", 4))).name).toBe("SliceError");
  expect((await errorOf(() => several.top("0_post", 0, 1))).name).toBe("SliceError");
  expect(several.top("0_post", -1, 0)).toEqual(one.top(1, 3));
});

test("a cancelled lens leaves nothing", async () => {
  const { numTensors } = await model.memory();
  const error = await errorOf(() => logitLens(model, PROMPT, { signal: AbortSignal.abort() }));
  expect(error.name).toBe("CancelledError");
  expect((await model.memory()).numTensors).toBe(numTensors);
});

test("it tells how far it is", async () => {
  const told: number[] = [];
  await logitLens(model, PROMPT, { onProgress: ({ done, total }) => told.push(done / total), chunkBytes: 1 });
  expect(told.length).toBeGreaterThan(1);
  expect(told.at(-1)).toBe(1);
});
