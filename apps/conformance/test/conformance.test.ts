/** The same cases in Node, on the cpu backend: what is quick to run while working on one. */
import { beforeAll, expect, test } from "vitest";
import { loadInProcess, serveFiles } from "../../../packages/insitu/test/inProcess.ts";
import { CASES } from "../src/cases/index.ts";
import { compare } from "../src/compare.ts";
import { type Oracle, OracleModels, readOracle } from "../src/oracle.ts";

const FOLDER = new URL("../oracle", import.meta.url).href;
let models: OracleModels;
let oracle: Oracle;

beforeAll(async () => {
  serveFiles();
  oracle = await readOracle(FOLDER);
  models = new OracleModels(FOLDER, oracle, {}, loadInProcess);
});

test.each(Object.keys(CASES))("%s", async (name) => {
  const model = await models.for(name);
  const { numTensors } = await model.memory();
  const outputs = await models.run(name, CASES[name]!);
  expect(compare(name, outputs, oracle, 1e-4).failures).toEqual([]);
  expect((await model.memory()).numTensors).toBe(numTensors);
});
