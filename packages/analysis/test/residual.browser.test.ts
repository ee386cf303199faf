/** The residual stream's parts on every backend, beside TransformerLens's ActivationCache (goldens/decomposition.py). */
import { type GPT2LanguageModel, LanguageModel, stack } from "insitu";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import GOLDEN from "../goldens/decomposition.json";
import {
  accumulatedResidual,
  applyLayerNorm,
  type Labelled,
  logitAttribution,
  type ResidualStack,
  residualDecomposition,
} from "../src/index.ts";
import { Agreement } from "./agreement.ts";

const { prompt, positions, pairIds } = GOLDEN;
const KINDS = ["component", "head", "neuron"] as const;

describe.each(["webgpu", "wasm", "cpu"] as const)("on %s", (backend) => {
  let model: GPT2LanguageModel;
  const agreement = new Agreement();

  beforeAll(async () => {
    model = await LanguageModel.load("/weights/tiny", { backend });
    console.log(`${backend}: ${model.device.adapter}`);
  });

  afterAll(async () => {
    console.log(`${backend}: residual stream within ${agreement.worst.toExponential(1)}`);
    await model.dispose();
  });

  /** The dimensions that the golden has. */
  const some = ({ tensor }: Labelled) => tensor.at("...", GOLDEN.dimensions).data as Float32Array;

  async function compare(name: string, run: Promise<ResidualStack>, golden: { labels: string[]; stack: number[][][] }) {
    const { stack } = await run;
    expect(stack.axes[0]!.labels).toEqual(golden.labels);
    agreement.check(name, some(stack), golden.stack);
  }

  async function leavingNothing<T>(run: () => Promise<T>): Promise<T> {
    const { numTensors } = await model.memory();
    const result = await run();
    expect((await model.memory()).numTensors).toBe(numTensors);
    return result;
  }

  test("decompositions", () =>
    leavingNothing(async () => {
      const of = (options: Parameters<typeof residualDecomposition>[2]) =>
        residualDecomposition(model, prompt, { positions, ...options });
      await compare("by component", of({}), GOLDEN.component);
      await compare("by component, normed", of({ applyLn: true }), GOLDEN.componentNormed);
      await compare("in the middle", of({ layer: 2, mlpInput: true }), GOLDEN.mid);
      await compare("in the middle, normed", of({ layer: 2, mlpInput: true, applyLn: true }), GOLDEN.midNormed);
      await compare("by head", of({ by: "head" }), GOLDEN.head);
      await compare("by head, in the middle", of({ by: "head", layer: 1, mlpInput: true }), GOLDEN.headMid);
    }));

  test("by neuron", async () => {
    const { stack } = await leavingNothing(() =>
      residualDecomposition(model, prompt, { by: "neuron", layer: 1, positions: [-1] }),
    );
    const { labels } = stack.axes[0]!;
    expect(labels.length).toBe(GOLDEN.neuron.count);
    const rows = GOLDEN.neuron.labels.map((label) => labels.indexOf(label));
    agreement.check(
      "by neuron",
      stack.tensor.at(rows, 0, ":").at(":", GOLDEN.dimensions).data as Float32Array,
      GOLDEN.neuron.stack,
    );
  });

  test("accumulated streams", () =>
    leavingNothing(async () => {
      const of = (options: Parameters<typeof accumulatedResidual>[2]) =>
        accumulatedResidual(model, prompt, { positions, ...options });
      await compare("every stream", of({ inclMid: true }), GOLDEN.accumulated);
      await compare("each with its own norm", of({ inclMid: true, applyLn: "own" }), GOLDEN.accumulatedOwn);
      await compare("with the frozen norm", of({ applyLn: "frozen" }), GOLDEN.accumulatedFrozen);
      await compare("up to a layer", of({ layer: 2, inclMid: true }), GOLDEN.accumulatedInner);
      await compare(
        "up to a layer, normed",
        of({ layer: 2, inclMid: true, applyLn: "frozen" }),
        GOLDEN.accumulatedInnerNormed,
      );
    }));

  test("several prompts stay apart, and parts sum to the stream", async () => {
    const [parts, streams] = await leavingNothing(async () => [
      await residualDecomposition(model, pairIds, { by: "head" }),
      await accumulatedResidual(model, pairIds),
    ]);
    expect(parts!.stack.axes.map(({ name }) => name)).toEqual(["component", "prompt", "position", "dimension"]);
    const size = parts!.stack.data.length / parts!.stack.shape[0]!;
    const sums = Array.from({ length: size }, (_, i) => {
      let sum = 0;
      for (let at = i; at < parts!.stack.data.length; at += size) sum += parts!.stack.data[at]!;
      return sum;
    });
    agreement.check("sums", streams!.stack.pick("component", "final_post"), sums);
  });

  test("a norm of what is stacked in a trace", async () => {
    const { parts, whole, bare } = await leavingNothing(() =>
      model.trace(pairIds, () => {
        const { h, ln_f, wte, wpe } = model.transformer;
        const written = h.flatMap(({ attn, mlp }) => [attn.output[0], mlp.output]);
        const all = stack([wte.output, wpe.output, ...written]).at(":", ":", [-1, 0]);
        const last = { positions: [-1, 0] };
        return {
          parts: applyLayerNorm(all, ln_f, last).sum(0).save(),
          whole: ln_f.output.sub(ln_f.bias).at(":", [-1, 0]).save(),
          bare: applyLayerNorm(h.at(-1).output, ln_f, { weight: false }).sub(ln_f.source.normalized).abs().max().save(),
        };
      }),
    );
    agreement.check("normed parts", parts.data, Array.from(whole.data));
    expect(bare.item()).toBeLessThan(1e-5);
  });

  test.each(KINDS)("attribution by %s", async (by) => {
    const at = KINDS.indexOf(by);
    for (const [golden, against] of [
      [GOLDEN.logit[at]!, undefined],
      [GOLDEN.difference[at]!, GOLDEN.against],
    ] as const) {
      const result = await leavingNothing(() =>
        logitAttribution(model, pairIds, { answer: GOLDEN.answers, by, ...(against && { against }) }),
      );
      const step = by === "neuron" ? 16 : 1;
      const { labels } = result.byPrompt.axes[1]!;
      expect(labels.filter((_, i) => i % step === 0)).toEqual(golden.labels);
      const { data } = result.byPrompt.tensor.at(":", `::${step}`);
      agreement.check("parts", data as Float32Array, golden.parts);
      const mean = (golden.logit[0]! + golden.logit[1]!) / 2;
      agreement.check("the logit", [result.logit, result.total], [mean, mean]);
      expect(Math.abs(result.total - result.logit)).toBeLessThan(1e-4);
      if (by !== "component") expect(result.heads!.at(1, 3)).toBe(result.parts.data[labels.indexOf("L1H3")]);
    }
  });

  test("differences are those of a model that TransformerLens has processed", async () => {
    const { answers: answer, against } = GOLDEN;
    const { byPrompt } = await logitAttribution(model, pairIds, { answer, against });
    const { labels, parts } = GOLDEN.processed;
    expect(byPrompt.axes[1]!.labels).toEqual(labels);
    agreement.check("processed", byPrompt, parts);
  });

  test("another position", async () => {
    const { total, logit } = await logitAttribution(model, prompt, { answer: " the", position: 4, by: "head" });
    const { direct } = await model.trace(prompt, () => ({
      direct: model.lm_head.output.at(0, 4, model.tokenizer.toSingleToken(" the")).save(),
    }));
    agreement.check("at position 4", [total, logit], [direct.item(), direct.item()]);
  });
});
