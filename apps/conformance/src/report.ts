/** Runs every case against an oracle folder, one after another. */
import type { Backend } from "insitu";
import { CASES } from "./cases/index.ts";
import { compare, type Verdict } from "./compare.ts";
import { OracleModels, readOracle } from "./oracle.ts";

export const TOLERANCE = 1e-4;

export type CaseReport = Verdict & { name: string };

export interface Report {
  backend: string;
  adapter: string;
  cases: CaseReport[];
  /** Cases that were not run, each with the reason. */
  left: { name: string; reason: string }[];
}

export async function runCases(
  folder: string,
  backend: Backend,
  onCase: (report: CaseReport) => void,
): Promise<Report> {
  const oracle = await readOracle(folder);
  const models = new OracleModels(folder, oracle, { backend });
  const known = new Set(oracle.manifest.cases.map(({ name }) => name));
  const report: Report = { backend, adapter: "", cases: [], left: [] };
  const note = (name: string, verdict: Verdict) => {
    const done = { name, ...verdict };
    report.cases.push(done);
    onCase(done);
  };
  for (const name of known) {
    if (name in CASES) note(name, await runCase(name));
    else note(name, failed("there is no such case in src/cases"));
  }
  for (const name of Object.keys(CASES)) {
    if (!known.has(name)) report.left.push({ name, reason: "the oracle does not have it" });
  }
  await models.dispose();
  return report;

  async function runCase(name: string): Promise<Verdict> {
    try {
      const model = await models.for(name);
      Object.assign(report, { backend: model.device.backend, adapter: model.device.adapter });
      const { numTensors } = await model.memory();
      const verdict = compare(name, await models.run(name, CASES[name]!), oracle, TOLERANCE);
      const left = (await model.memory()).numTensors - numTensors;
      if (left !== 0) verdict.failures.push(`${left} tensors were left on the device`);
      return verdict;
    } catch (error) {
      return failed(String(error));
    }
  }
}

const failed = (failure: string): Verdict => ({ worst: 0, worstAt: "", tensors: 0, failures: [failure] });
