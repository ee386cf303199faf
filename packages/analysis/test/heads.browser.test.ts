/** Scores of heads on every backend, beside TransformerLens's patterns and eigenvalues (goldens/heads.py). */
import { type GPT2LanguageModel, LanguageModel } from "insitu";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import GOLDEN from "../goldens/heads.json";
import { copyingScores, type HeadKind, headScores } from "../src/index.ts";
import { Agreement, flat } from "./agreement.ts";

const KINDS = ["previous", "duplicate", "induction"] as const satisfies HeadKind[];

describe.each(["webgpu", "wasm", "cpu"] as const)("on %s", (backend) => {
  let model: GPT2LanguageModel;
  const agreement = new Agreement();

  beforeAll(async () => {
    model = await LanguageModel.load("/weights/tiny", { backend });
    console.log(`${backend}: ${model.device.adapter}`);
  });

  afterAll(async () => {
    console.log(`${backend}: heads within ${agreement.worst.toExponential(1)}`);
    await model.dispose();
  });

  test.each([["repeated"], ["own"]] as const)("%s prompts", async (name) => {
    const { ids, kinds } = GOLDEN[name];
    const { numTensors } = await model.memory();
    const result = await headScores(model, { prompts: ids });
    expect((await model.memory()).numTensors).toBe(numTensors);
    expect(result.ids).toEqual(ids);
    for (const kind of KINDS) {
      expect(result.queries[kind]).toBe(kinds[kind].queries);
      agreement.check(kind, result.scores[kind], kinds[kind].scores);
    }
  });

  test("random tokens find the heads that the model's card names", async () => {
    const { numTensors } = await model.memory();
    const { scores, ids } = await headScores(model, { random: { rows: 2, period: 20, seed: 7 } });
    expect((await model.memory()).numTensors).toBe(numTensors);
    const best = (kind: HeadKind) => scores[kind].top(2).map(({ labels }) => labels.join(""));
    expect(best("induction").sort()).toEqual(["L1H0", "L1H1"]);
    expect(best("previous").sort()).toEqual(["L0H0", "L0H1"]);
    expect(scores.induction.at(1, 0)).toBeGreaterThan(0.9);
    const again = await headScores(model, { prompts: ids, kinds: ["induction"] });
    expect(Object.keys(again.scores)).toEqual(["induction"]);
    agreement.check("the same tokens", again.scores.induction, Array.from(scores.induction.data));
  });

  test("copying scores", async () => {
    const { numTensors } = await model.memory();
    const { scores, real, imaginary } = await copyingScores(model);
    expect((await model.memory()).numTensors).toBe(numTensors);
    agreement.check("Σλ / Σ|λ|", scores, GOLDEN.copying);
    const magnitudes = real.data.map((re, i) => Math.hypot(re, imaginary.data[i]!));
    agreement.check("|λ|", magnitudes, GOLDEN.magnitudes);
    const sorted = flat(GOLDEN.real).map((_, i) => {
      const [layer, head] = [Math.floor(i / 32 / 8), Math.floor(i / 32) % 8];
      const row = real.tensor.at(layer, head).data as Float32Array;
      return row.toSorted((a, b) => b - a)[i % 32]!;
    });
    agreement.check("real parts", sorted, GOLDEN.real);
    const one = await copyingScores(model, { layers: [-3] });
    agreement.check("a layer of its own", one.scores, [GOLDEN.copying[1]!]);
  });
});
