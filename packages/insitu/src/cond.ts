/**
 * A branch on a value of the run. Both sides are recorded; what each edits, and what each gives, is
 * chosen between by `where`, so nothing is read back.
 */
import { ArgumentError, type NodeRef, sizeOf } from "@insitu/program";
import { callSite } from "./callSite.ts";
import type { Recorder } from "./recorder.ts";
import { isPlain } from "./results.ts";
import { asValue, Value } from "./value.ts";

/** @throws ArgumentError for a condition that is not one bool, or sides that do not give the same. */
export function cond<T>(recorder: Recorder, condition: Value, then: () => T, otherwise: (() => T) | undefined): T {
  const ref = recorder.enter(() => {
    if (!(condition instanceof Value) || condition.dtype !== "bool" || sizeOf(condition.shape) !== 1) {
      throw new ArgumentError(
        "tracer.cond: the condition is not one bool value.",
        "Compare values (x.greater(0)), and reduce with .all() or .any().",
      );
    }
    const given = condition.ref(recorder);
    return recorder.op("reshape", [given], { shape: [] });
  });
  const first = recorder.branch(then);
  const second = otherwise ? recorder.branch(otherwise) : { result: undefined as T, writes: new Map() };
  for (const cell of new Set([...first.writes.keys(), ...second.writes.keys()])) {
    const before = cell.node("edit");
    cell.write(recorder.op("where", [ref, first.writes.get(cell) ?? before, second.writes.get(cell) ?? before]));
  }
  return recorder.enter(() => choose(recorder, ref, first.result, second.result)) as T;
}

function choose(recorder: Recorder, condition: NodeRef, a: unknown, b: unknown): unknown {
  if (a instanceof Value && b instanceof Value) {
    return asValue(recorder, recorder.op("where", [condition, a.ref(recorder), b.ref(recorder)]));
  }
  if (Array.isArray(a) && Array.isArray(b) && a.length === b.length)
    return a.map((x, i) => choose(recorder, condition, x, b[i]));
  if (isPlain(a) && isPlain(b) && Object.keys(a).join() === Object.keys(b).join()) {
    return Object.fromEntries(Object.keys(a).map((key) => [key, choose(recorder, condition, a[key], b[key])]));
  }
  if (a === b || b === undefined) return a instanceof Value ? undefined : a;
  throw new ArgumentError(
    "tracer.cond: its two sides give different things.",
    "Let both give values, in arrays or objects alike.",
  ).at(callSite());
}
