/** nnsight's own outputs, on every backend, in one real browser. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CASES } from "../src/cases/index.ts";
import { compare } from "../src/compare.ts";
import { type Oracle, OracleModels, readOracle } from "../src/oracle.ts";

const FOLDER = "/apps/conformance/oracle";
const TOLERANCE = 1e-4;

describe.each(["webgpu", "wasm", "cpu"] as const)("on %s", (backend) => {
  let models: OracleModels;
  let oracle: Oracle;
  let adapter = "";
  const lines: string[] = [];

  beforeAll(async () => {
    oracle = await readOracle(FOLDER);
    models = new OracleModels(FOLDER, oracle, { backend });
  });

  afterAll(async () => {
    console.log([adapter, ...lines].join("\n"));
    await models.dispose();
  });

  test.each(Object.keys(CASES))("%s", async (name) => {
    const model = await models.for(name);
    adapter = `${model.device.backend} on ${model.device.adapter}`;
    const { numTensors } = await model.memory();
    const outputs = await models.run(name, CASES[name]!);
    const verdict = compare(name, outputs, oracle, TOLERANCE);
    lines.push(
      `  ${name}: ${verdict.tensors} tensors, worst ${verdict.worst.toExponential(1)} at ${verdict.worstAt || "-"}`,
    );
    expect(verdict.failures).toEqual([]);
    expect((await model.memory()).numTensors).toBe(numTensors);
  });
});
