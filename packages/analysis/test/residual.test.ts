/** The residual stream's parts on models without tokenizer and of two embeddings, and what is refused, on the cpu. */
import { type GPT2LanguageModel, LanguageModel } from "insitu";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { errorOf } from "../../insitu/test/fixtures.ts";
import { engineInProcess, loadInProcess } from "../../insitu/test/inProcess.ts";
import { accumulatedResidual, applyLayerNorm, logitAttribution, residualDecomposition } from "../src/index.ts";

const PROMPT = [11, 405, 27, 318];

let model: GPT2LanguageModel;

beforeAll(async () => {
  model = await loadInProcess("apps/conformance/oracle/model");
});

afterAll(() => model.dispose());

test.each(["component", "head", "neuron"] as const)("parts by %s sum to the stream before a layer", async (by) => {
  const positions = [1, -1];
  for (const layer of [0, 1]) {
    const { stack } = await residualDecomposition(model, PROMPT, { by, layer, positions });
    const { stack: streams } = await accumulatedResidual(model, PROMPT, { layer, positions });
    const whole = streams.pick("component", `${layer}_pre`);
    const sums = Array.from(whole.data, (_, i) =>
      Array.from({ length: stack.shape[0]! }, (_, part) => stack.data[part * whole.data.length + i]!).reduce(
        (a, b) => a + b,
      ),
    );
    expect(Math.max(...sums.map((sum, i) => Math.abs(sum - whole.data[i]!)))).toBeLessThan(1e-5);
    expect(whole.data.some((x) => Math.abs(x) > 0.01)).toBe(true);
  }
});

test("labels, by layer", async () => {
  const labels = async (options: Parameters<typeof residualDecomposition>[2]) =>
    (await residualDecomposition(model, PROMPT, { positions: [0], ...options })).stack.axes[0]!.labels;
  expect(await labels({ layer: 1 })).toEqual(["embed", "pos_embed", "0_attn_out", "0_mlp_out"]);
  expect(await labels({ layer: 0, mlpInput: true })).toEqual(["embed", "pos_embed", "0_attn_out"]);
  expect(await labels({ layer: 0, by: "head" })).toEqual(["embed", "pos_embed", "bias"]);
  expect(await labels({ layer: 0, mlpInput: true, by: "neuron" })).toEqual([
    ...["L0H0", "L0H1", "L0H2", "L0H3"],
    ...["embed", "pos_embed", "bias"],
  ]);
});

test("the logit lens of accumulated streams", async () => {
  const { stack } = await accumulatedResidual(model, PROMPT, { positions: [-1], applyLn: "own", inclMid: true });
  expect(stack.axes[0]!.labels).toEqual(["0_pre", "0_mid", "1_pre", "1_mid", "2_pre", "2_mid", "final_post"]);
  const { last } = await model.trace(PROMPT, () => ({ last: model.transformer.ln_f.output.at(0, -1).save() }));
  expect(Array.from(stack.pick("component", "final_post").data)).toEqual(Array.from(last.data));
});

test.each(["component", "head", "neuron"] as const)("an unembedding of its own, by %s", async (by) => {
  const url = `${inject("hub")}/insitu/tiny-untied/resolve/main/`;
  const untied = await LanguageModel.load(url, { backend: "cpu", engine: engineInProcess() });
  const { lm_head, transformer } = untied;
  const { same } = await untied.trace([0], () => ({
    same: lm_head.weight.equal(transformer.wte.weight).all().save(),
  }));
  expect(same.item()).toBe(0);
  const result = await logitAttribution(untied, [PROMPT.map((id) => id % 300), [1, 2, 3, 4]], {
    answer: [5, 6],
    against: 7,
    by,
  });
  const { logits } = await untied.trace([PROMPT.map((id) => id % 300), [1, 2, 3, 4]], () => ({
    logits: lm_head.output.at(":", -1).save(),
  }));
  const expected = [logits.at(0, 5).item() - logits.at(0, 7).item(), logits.at(1, 6).item() - logits.at(1, 7).item()];
  for (const [i, logit] of expected.entries()) expect(result.byPrompt.pick("prompt", i).sum()).toBeCloseTo(logit, 4);
  expect(result.logit).toBeCloseTo((expected[0]! + expected[1]!) / 2, 5);
  expect(result.total).toBeCloseTo(result.logit, 4);
  expect(Math.abs(result.logit)).toBeGreaterThan(1e-3);
  await untied.dispose();
});

const decompose = (options: object) => residualDecomposition(model, PROMPT, options);
const accumulate = (options: object) => accumulatedResidual(model, PROMPT, options);
const attribute = (options: object) => logitAttribution(model, PROMPT, options as { answer: number });

test.each<[string, () => unknown, string, RegExp]>([
  ["by", () => decompose({ by: "layer" }), "ArgumentError", /by is "layer".*component, head, neuron/s],
  ["a layer", () => decompose({ layer: 4 }), "ArgumentError", /layer is 4; there are 3.*0 to 3/s],
  ["a layer from the end", () => decompose({ layer: -2 }), "ArgumentError", /layer is -2/],
  [
    "the MLP after the last",
    () => decompose({ mlpInput: true }),
    "ArgumentError",
    /mlpInput of the final stream.*below 3/s,
  ],
  ["a position", () => decompose({ positions: [4] }), "ArgumentError", /positions names 4; there are 4/],
  ["a norm", () => accumulate({ applyLn: true }), "ArgumentError", /applyLn is true.*"frozen" or "own"/s],
  ["no layer", () => accumulate({ layer: 1.5 }), "ArgumentError", /layer is 1.5/],
  ["an answer", () => attribute({ answer: 512 }), "PromptError", /no token 512/],
  ["two answers", () => attribute({ answer: [1, 2] }), "ArgumentError", /answer names 2 tokens for 1 prompts/],
  ["a wrong answer", () => attribute({ answer: 1, against: -1 }), "PromptError", /no token -1/],
  ["its position", () => attribute({ answer: 1, position: 9 }), "ArgumentError", /position names 9; there are 4/],
  ["its parts", () => attribute({ answer: 1, by: "mlp" }), "ArgumentError", /by is "mlp"/],
])("%s", async (_, run, name, message) => {
  const { numTensors } = await model.memory();
  const error = await errorOf(run);
  expect(error.name).toBe(name);
  expect(error.message).toMatch(message);
  expect(error.message).toContain("residual.test.ts");
  expect((await model.memory()).numTensors).toBe(numTensors);
});

test("a decomposition that is too large to read", async () => {
  const prompts = Array.from({ length: 40 }, () => Array.from({ length: 100 }, (_, i) => i));
  const error = await errorOf(() => residualDecomposition(model, prompts, { by: "neuron" }));
  expect(error.message).toMatch(/into 783 parts at 100 positions is 765 MiB.*logitAttribution/s);
});

test.each<[string, (model: GPT2LanguageModel) => unknown, string, RegExp]>([
  ["nothing", ({ transformer: { h } }) => applyLayerNorm(h[0]!.output, undefined as never), "ArgumentError", /no norm/],
  [
    "what is no norm",
    ({ transformer: { h } }) => applyLayerNorm(h[0]!.output, h[0]!.mlp as never),
    "UnknownModuleError",
    /transformer.h.0.mlp/,
  ],
  [
    "a stack of other positions",
    ({ transformer: { h, ln_f } }) => applyLayerNorm(h[0]!.output.at(":", [0]), ln_f),
    "ShapeMismatchError",
    /shape \[1,1,64\].*\[1,4,64\].*positions/s,
  ],
])("a norm is applied to %s", async (_, body, name, message) => {
  const error = await errorOf(() => model.trace(PROMPT, () => body(model)));
  expect(error.name).toBe(name);
  expect(error.message).toMatch(message);
  expect(error.message).toContain("residual.test.ts");
});
