import { Tensor } from "insitu";
import type { Outputs } from "./case.ts";
import type { Oracle } from "./oracle.ts";

export interface Verdict {
  /** The largest difference of a float anywhere in the case. */
  worst: number;
  /** The output where it stands. */
  worstAt: string;
  tensors: number;
  /** What is wrong, one line each; empty when the case passes. */
  failures: string[];
}

/**
 * Compares a case's outputs with the oracle's: floats within `tolerance`; ids, shapes, and what a case
 * gives beside tensors exactly.
 */
export function compare(name: string, outputs: Record<string, Outputs>, oracle: Oracle, tolerance: number): Verdict {
  const ours = flatten(outputs);
  const verdict: Verdict = { worst: 0, worstAt: "", tensors: 0, failures: [] };
  const prefix = `${name}/`;
  for (const [key, want] of Object.entries(oracle.golden)) {
    if (!key.startsWith(prefix)) continue;
    const output = key.slice(prefix.length);
    const have = ours.get(output);
    verdict.tensors++;
    if (!have) verdict.failures.push(`${output} is missing`);
    else compareTensor(output, have, want, tolerance, verdict);
  }
  if (name === "errors") return compareNames(outputs["names"] as readonly string[], oracle, verdict);
  const values = oracle.manifest.cases.find((c) => c.name === name)?.values ?? {};
  for (const [key, want] of Object.entries(values)) {
    const have = JSON.stringify(outputs[key]);
    if (key in outputs && have !== JSON.stringify(want))
      verdict.failures.push(`${key} is ${have}, not ${JSON.stringify(want)}`);
  }
  const compared = verdict.tensors > 0 || Object.keys(values).some((key) => key in outputs);
  if (!compared) verdict.failures.push("the oracle has no such case");
  return verdict;
}

/** The error cases have no tensors: each of nnsight's has its counterpart, or is named here. */
function compareNames(names: readonly string[], { manifest }: Oracle, verdict: Verdict): Verdict {
  const theirs = manifest.cases.find((c) => c.name === "errors")?.values["errors"] ?? {};
  const missing = Object.keys(theirs).filter((name) => !names.includes(name));
  if (missing.length > 0) verdict.failures.push(`no counterpart of ${missing.join(", ")}`);
  return verdict;
}

function compareTensor(output: string, have: Tensor, want: Tensor, tolerance: number, verdict: Verdict): void {
  if (have.shape.join() !== want.shape.join()) {
    verdict.failures.push(`${output} is [${have.shape}], not [${want.shape}]`);
    return;
  }
  let worst = 0;
  let at = 0;
  want.data.forEach((x, i) => {
    const difference = Math.abs(x - (have.data[i] as number));
    if (!(difference <= worst)) [worst, at] = [difference, i];
  });
  if (!(worst <= verdict.worst)) [verdict.worst, verdict.worstAt] = [worst, output];
  const bound = want.dtype === "float32" ? tolerance : 0;
  if (!(worst <= bound))
    verdict.failures.push(
      `${output} is off by ${worst} at element ${at}: ${have.data[at]} instead of ${want.data[at]}`,
    );
}

function flatten(outputs: Outputs | Record<string, Outputs>, name = ""): Map<string, Tensor> {
  if (outputs instanceof Tensor) return new Map([[name, outputs]]);
  if (typeof outputs !== "object") return new Map();
  return new Map(
    Object.entries(outputs).flatMap(([key, value]) => [...flatten(value, name === "" ? key : `${name}.${key}`)]),
  );
}
