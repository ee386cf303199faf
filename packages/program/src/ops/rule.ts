/** How an operation of the table is described: its arguments, and the type of what it makes. */
import type { DType, TensorType } from "../dtype.ts";
import { ArgumentError } from "../errors.ts";
import type { IndexTerm } from "../sliceText.ts";

/** An operation's settings, as plain data. Unset ones are left out. */
export type Attrs = { [name: string]: AttrValue };
export type AttrValue = number | boolean | string | number[] | IndexTerm[];

/** What a setting may be. */
export type AttrKind = "int" | "number" | "bool" | "text" | "dtype" | "ints" | "axes" | "index";

/** A setting's kind, or words to choose from, `tanh|none`; with `!` where it must be given. */
export type AttrRule = AttrKind | `${AttrKind}!` | `${string}|${string}`;

export interface OpRule {
  /** Fewest and most inputs. */
  inputs: readonly [number, number];
  attrs: Record<string, AttrRule>;
  /** The type made of inputs of these types. Throws ShapeMismatchError, SliceError, ArgumentError. */
  infer(inputs: readonly TensorType[], attrs: Attrs): TensorType;
}

export type OpTable = Record<string, OpRule>;

/** One rule for several operations, named in one text: the page that records pays for every byte of this table. */
export const each = (ops: string, rule: (op: string) => OpRule): OpTable =>
  Object.fromEntries(ops.split(" ").map((op) => [op, rule(op)]));

export const float = (shape: readonly number[]): TensorType => ({ shape, dtype: "float32" });

/** An axis counted from the front; throws ArgumentError where there is none such. */
export function axisOf(op: string, axis: number, rank: number): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    throw new ArgumentError(
      `${op}: axis ${axis} is not one of a value with ${rank} dimension${rank === 1 ? "" : "s"}.`,
      rank === 0 ? "A scalar has no axes." : `Use ${-rank} to ${rank - 1}.`,
    );
  }
  return axis < 0 ? axis + rank : axis;
}

/** The axes of a reduction, counted from the front; all of them where none is named. */
export function axesOf(op: string, attrs: Attrs, rank: number): number[] {
  const axis = attrs["axis"];
  if (axis === undefined) return Array.from({ length: rank }, (_, i) => i);
  const axes = (Array.isArray(axis) ? (axis as number[]) : [axis as number]).map((a) => axisOf(op, a, rank));
  if (new Set(axes).size !== axes.length) {
    throw new ArgumentError(`${op}: an axis is named twice in ${JSON.stringify(axis)}.`, "Name each once.");
  }
  return axes;
}

/** Checks the settings of an operation against its rule. Throws ArgumentError. */
export function checkAttrs(op: string, rule: OpRule, attrs: Attrs): void {
  for (const name of Object.keys(attrs)) {
    if (!Object.hasOwn(rule.attrs, name)) {
      throw new ArgumentError(
        `${op} has no setting "${name}".`,
        `It has: ${Object.keys(rule.attrs).join(", ") || "none"}.`,
      );
    }
  }
  for (const [name, wanted] of Object.entries(rule.attrs)) {
    const value = attrs[name];
    const kind = wanted.replace("!", "");
    if (value === undefined) {
      if (kind !== wanted) throw new ArgumentError(`${op} needs ${name}.`, `Pass ${name}.`);
      continue;
    }
    if (!fits(kind, value)) {
      throw new ArgumentError(
        `${op}: ${name} is ${JSON.stringify(value)}.`,
        `It must be ${KIND_TEXT[kind] ?? kind.split("|").join(" or ")}.`,
      );
    }
  }
}

const KIND_TEXT: Record<string, string> = {
  int: "an integer",
  number: "a finite number",
  bool: "true or false",
  text: "text",
  dtype: '"float32", "int32" or "bool"',
  ints: "an array of integers",
  axes: "an axis or an array of axes",
  index: "an index",
};

function fits(kind: string, value: AttrValue): boolean {
  const ints = (v: unknown) => Array.isArray(v) && v.every((x) => Number.isInteger(x));
  switch (kind) {
    case "int":
      return Number.isInteger(value);
    case "number":
      return typeof value === "number" && Number.isFinite(value);
    case "bool":
      return typeof value === "boolean";
    case "text":
      return typeof value === "string";
    case "dtype":
      return (["float32", "int32", "bool"] as DType[]).includes(value as DType);
    case "ints":
      return ints(value);
    case "axes":
      return Number.isInteger(value) || ints(value);
    case "index":
      return Array.isArray(value) && value.every(isIndexTerm);
    default:
      return kind.split("|").includes(value as string);
  }
}

function isIndexTerm(term: unknown): boolean {
  const int = (x: unknown) => Number.isInteger(x);
  if (term === null || term === "..." || int(term)) return true;
  if (Array.isArray(term)) return term.every(int);
  if (typeof term !== "object") return false;
  const t = term as Record<string, unknown>;
  if ("mask" in t) return int(t["mask"]);
  if ("list" in t) return int(t["list"]);
  return ["start", "stop", "step"].every((k) => t[k] === null || int(t[k]));
}
