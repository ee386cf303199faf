/** The logit lens on every backend, beside torch's figures for it (goldens/lens.py). */
import { type GPT2LanguageModel, LanguageModel, stack, type Value, zerosLike } from "insitu";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import GOLDEN from "../goldens/lens.json";
import { type LogitLens, type LogitLensOptions, logitLens } from "../src/index.ts";
import { Agreement, flat } from "./agreement.ts";

type Figures = (typeof GOLDEN)["one"];

/** The translator of goldens/lens.py: half of the stream, and a quarter of its neighbour's. */
const shifted = (hidden: Value): Value => hidden.at("...", "-1:").concat([hidden.at("...", ":-1")], -1);
const translated = (hidden: Value): Value => hidden.mul(0.5).add(shifted(hidden).mul(0.25));

describe.each(["webgpu", "wasm", "cpu"] as const)("on %s", (backend) => {
  let model: GPT2LanguageModel;
  const agreement = new Agreement();

  beforeAll(async () => {
    model = await LanguageModel.load("/weights/tiny", { backend });
    console.log(`${backend}: ${model.device.adapter}`);
  });

  afterAll(async () => {
    console.log(`${backend}: lens within ${agreement.worst.toExponential(1)}`);
    await model.dispose();
  });

  function compare(lens: LogitLens, expected: Figures): void {
    expect(lens.entropy.pick("place", 0).axes.length).toBe(lens.entropy.axes.length - 1);
    expect(Array.from(lens.topIds.data)).toEqual(flat(expected.topIds));
    agreement.check("logits of the top", lens.topLogits, expected.topLogits);
    agreement.check("probabilities of the top", lens.topProbabilities, expected.topProbabilities);
    agreement.check("entropy", lens.entropy, expected.entropy);
    agreement.check("KL divergence", lens.kl, expected.kl);
    agreement.check("probability", lens.tokens!.probability, expected.probability);
    agreement.check("logit", lens.tokens!.logit, expected.logit);
    expect(Array.from(lens.tokens!.rank.data)).toEqual(flat(expected.rank));
  }

  /** Runs a lens, and sees that nothing stays. */
  async function read(prompt: Parameters<typeof logitLens>[1], options: LogitLensOptions): Promise<LogitLens> {
    const { numTensors } = await model.memory();
    const lens = await logitLens(model, prompt, { tokens: GOLDEN.chosen, ...options });
    expect((await model.memory()).numTensors).toBe(numTensors);
    return lens;
  }

  test("every place, position and chosen token", async () => {
    const lens = await read(GOLDEN.prompt, { sites: ["embed", "resid_pre", "resid_mid", "resid_post"] });
    expect(lens.entropy.axes[0]!.labels).toEqual(GOLDEN.one.places);
    compare(lens, GOLDEN.one);
  });

  test("several prompts", async () => {
    const lens = await read(GOLDEN.pairIds, {});
    expect(lens.kl.axes.map(({ name }) => name)).toEqual(["prompt", "place", "position"]);
    compare(lens, GOLDEN.pair);
  });

  test("a lens of one's own", async () => {
    const { lm_head, transformer } = model;
    const layers: number[] = [];
    const lens = await read(GOLDEN.prompt, {
      layers: [1, 2],
      sites: ["resid_post"],
      unembedding: (hidden, { layer }) => {
        layers.push(layer);
        return lm_head(transformer.ln_f(translated(hidden)));
      },
    });
    expect(layers).toEqual([1, 2]);
    compare(lens, GOLDEN.tuned);
  });

  test("an unembedding of one's own", async () => {
    const { reversed } = await model.trace([0], () => ({ reversed: model.lm_head.weight.reverse(0).save() }));
    const lens = await read(GOLDEN.prompt, { layers: [1, 2], sites: ["resid_post"], unembedding: reversed });
    compare(lens, GOLDEN.reverse);
  });

  test("layers, positions and all logits", async () => {
    const lens = await read(GOLDEN.prompt, {
      layers: [-1, 1],
      positions: [-1, 2],
      sites: ["resid_post"],
      keepLogits: true,
      k: 1,
    });
    const { logits } = await model.trace(GOLDEN.prompt, () => {
      const { ln_f, h } = model.transformer;
      return { logits: stack([h[1]!, h[3]!].map((block) => model.lm_head(ln_f(block.output)).at(0, [-1, 2]))).save() };
    });
    expect(lens.logits!.shape).toEqual([2, 2, 3072]);
    expect(logits.data.some((x) => Math.abs(x) > 1)).toBe(true);
    agreement.check("all logits", lens.logits!, Array.from(logits.data));
    const [paris] = lens.top("3_post", 0);
    expect([paris!.id, paris!.token]).toEqual([798, " Paris"]);
  });

  test("an edited model is read as edited", async () => {
    const ablated = model.edit(() =>
      model.transformer.h[1]!.mlp.output.set(zerosLike(model.transformer.h[1]!.mlp.output)),
    );
    const options = { sites: ["resid_mid", "resid_post"], layers: [1] } as const;
    const [lens, whole] = [
      await logitLens(ablated, GOLDEN.prompt, options),
      await logitLens(model, GOLDEN.prompt, options),
    ];
    const at = (result: LogitLens, place: string) => result.entropy.pick("place", place);
    agreement.check("without the MLP", at(lens, "1_post"), Array.from(at(whole, "1_mid").data));
    expect(Math.abs(at(whole, "1_post").at(-1) - at(whole, "1_mid").at(-1))).toBeGreaterThan(0.1);
  });
});
