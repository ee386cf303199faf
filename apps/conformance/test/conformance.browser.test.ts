/** nnsight's own outputs, on every backend, in one real browser. */
import { type GPT2LanguageModel, LanguageModel } from "insitu";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CASES } from "../src/cases/index.ts";
import { compare } from "../src/compare.ts";
import { type Oracle, readOracle } from "../src/oracle.ts";

const FOLDER = "/apps/conformance/oracle";
const TOLERANCE = 1e-4;

describe.each(["webgpu", "wasm", "cpu"] as const)("on %s", (backend) => {
  let model: GPT2LanguageModel;
  let oracle: Oracle;
  let tensors: number;
  const lines: string[] = [];

  beforeAll(async () => {
    oracle = await readOracle(FOLDER);
    model = await LanguageModel.load(`${FOLDER}/model`, { backend });
    tensors = (await model.memory()).numTensors;
  });

  afterAll(async () => {
    console.log([`${model.device.backend} on ${model.device.adapter}`, ...lines].join("\n"));
    await model.dispose();
  });

  test.each(Object.keys(CASES))("%s", async (name) => {
    const outputs = await CASES[name]!(model, oracle.inputs);
    const verdict = compare(name, outputs, oracle.golden, TOLERANCE);
    lines.push(
      `  ${name}: ${verdict.tensors} tensors, worst ${verdict.worst.toExponential(1)} at ${verdict.worstAt || "-"}`,
    );
    expect(verdict.failures).toEqual([]);
    expect((await model.memory()).numTensors).toBe(tensors);
  });

  test("what the cases compute beside tensors", async () => {
    const resid = await CASES["source_resid_mid"]!(model, oracle.inputs);
    expect(resid["equal"]).toBe(true);
    const { lens } = (await CASES["logit_lens"]!(model, oracle.inputs)) as unknown as {
      lens: import("insitu").Tensor[];
    };
    const top = lens.map((logits) => Array.from({ length: 7 }, (_, t) => argMax(logits.at(0, t).data)));
    expect(top).toEqual([
      [273, 273, 436, 12, 24, 65, 65],
      [355, 244, 132, 224, 476, 373, 97],
      [72, 72, 252, 224, 247, 373, 316],
    ]);
  });
});

const argMax = (data: ArrayLike<number>): number =>
  Array.from(data).reduce((best, x, i, all) => (x > all[best]! ? i : best), 0);
