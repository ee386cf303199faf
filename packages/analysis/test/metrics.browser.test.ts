/** Metrics, top-k tables and losses on weights/tiny, against torch's. */
import { type GPT2LanguageModel, LanguageModel } from "insitu";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import GOLDEN from "../goldens/metrics.json";
import {
  entropy,
  klDivergence,
  logit,
  logitDifference,
  logProbability,
  loss,
  lossPerToken,
  measure,
  probability,
  rank,
  topTokens,
} from "../src/index.ts";
import { Agreement, type Nested } from "./agreement.ts";

const { prompts, answers, wrong, references, rows } = GOLDEN;

describe.each(["webgpu", "wasm", "cpu"] as const)("on %s", (backend) => {
  let model: GPT2LanguageModel;
  let tensors: number;
  const agreement = new Agreement();
  const near = (actual: ArrayLike<number>, wanted: Nested, what: string) => agreement.check(what, actual, wanted);

  beforeAll(async () => {
    model = await LanguageModel.load("/weights/tiny", { backend });
  });

  beforeEach(async () => {
    tensors = (await model.memory()).numTensors;
  });

  afterEach(async () => {
    expect((await model.memory()).numTensors).toBe(tensors);
  });

  afterAll(async () => {
    console.log(`${backend}: ${model.device.adapter}; worst difference ${agreement.worst.toExponential(1)}`);
    await model.dispose();
  });

  test("every metric, of prompts of several lengths", async () => {
    const metrics = {
      logit: logit(answers),
      "logit difference": logitDifference(answers, wrong),
      probability: probability(answers),
      "log probability": logProbability(answers),
      rank: rank(answers),
      "rank of wrong": rank(wrong),
      entropy: entropy(),
      "entropy at 2": entropy({ position: 2 }),
      KL: klDivergence(),
      loss: loss(),
    };
    const found = await measure(model, prompts, metrics, { reference: { prompt: references } });
    for (const name of Object.keys(metrics) as (keyof typeof metrics)[])
      near(
        found[name].data,
        rows.map((row) => row[name]),
        name,
      );
    expect(found.rank.axes).toEqual([{ name: "prompt", labels: prompts }]);
  });

  test("the likeliest tokens", async () => {
    const tables = await topTokens(model, prompts, { k: 5 });
    for (const [i, { top }] of rows.entries()) {
      expect(tables[i]!.map(({ id, token }) => [id, token])).toEqual(top.ids.map((id, k) => [id, top.tokens[k]]));
      near(
        tables[i]!.map((row) => row.logit),
        top.logits,
        "logits",
      );
      near(
        tables[i]!.map((row) => row.probability),
        top.probabilities,
        "probabilities",
      );
    }
    const one = await topTokens(model, prompts[0]!, { k: 3, position: 2 });
    expect(one.map(({ id }) => id)).toEqual(rows[0]!["top at 2"]);
  });

  test("the loss of each token", async () => {
    const losses = await lossPerToken(model, prompts[2]!);
    near(losses.data, rows[2]!.losses, "losses");
    expect(losses.axes[0]!.labels).toEqual(model.tokenizer.toStrTokens(prompts[2]!).slice(1));
    const two = await lossPerToken(model, prompts.slice(0, 2));
    near(two.data, [rows[0]!.losses, rows[1]!.losses], "losses of two");
  });
});
