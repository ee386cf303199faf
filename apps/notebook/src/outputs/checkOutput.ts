/** Outputs as they come from the sandbox, made anew of their parts: nothing else of what came is ever looked at. */
import * as v from "valibot";
import type { ErrorOutput, NumbersOutput, Output } from "./output.ts";

/** How much of each kind is drawn. */
const CHARACTERS = 200_000;
const LABEL = 400;
const TOKENS = 5000;
const PLACES = 100_000;
const BYTES = 128 * 2 ** 20;
const MARKUP = 4_000_000;
const DEPTH = 5;

const text = (most: number) =>
  v.pipe(
    v.string(),
    v.transform((value) => (value.length > most ? `${value.slice(0, most)} …` : value)),
  );
const label = text(LABEL);
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const list = <T extends v.GenericSchema>(of: T, most: number) => v.pipe(v.array(of), v.maxLength(most));
const shape = list(count, 32);
const numbers = v.union([v.instance(Float32Array), v.instance(Int32Array), v.instance(Uint8Array)]);
const axis = v.object({ name: v.optional(label), labels: v.optional(list(label, PLACES)) });

const sizeOf = (dimensions: readonly number[]) => dimensions.reduce((size, length) => size * length, 1);

const SCHEMAS = {
  text: v.object({
    kind: v.literal("text"),
    text: text(CHARACTERS),
    level: v.optional(v.picklist(["log", "warn", "error"])),
    note: v.optional(label),
  }),
  numbers: v.pipe(
    v.object({
      kind: v.literal("numbers"),
      name: v.optional(label),
      dtype: v.picklist(["float32", "int32", "bool"]),
      shape,
      data: numbers,
      axes: v.optional(list(axis, 32)),
      code: v.optional(text(20_000)),
    }),
    v.check(({ shape, data }) => data.length === sizeOf(shape) && data.byteLength <= BYTES),
    v.check(({ dtype, data }) => ARRAYS[dtype] === data.constructor),
    // Labels that do not fit are left out, not the numbers.
    v.transform((output): NumbersOutput => {
      const { axes, shape } = output;
      const fits =
        axes?.length === shape.length && axes.every(({ labels }, i) => !labels || labels.length === shape[i]);
      return { ...output, axes: fits ? axes : undefined };
    }),
  ),
  attention: v.pipe(
    v.object({
      kind: v.literal("attention"),
      name: v.optional(label),
      shape: v.tuple([count, count, count]),
      data: v.instance(Float32Array),
      tokens: v.optional(list(label, TOKENS)),
    }),
    v.check(({ shape, data }) => data.length === sizeOf(shape) && data.byteLength <= BYTES && shape[1] === shape[2]),
    v.transform((output) => ({
      ...output,
      tokens: output.tokens?.length === output.shape[2] ? output.tokens : undefined,
    })),
  ),
  topTokens: v.object({
    kind: v.literal("topTokens"),
    tokens: list(v.object({ token: label, id: v.number(), probability: v.number(), logit: v.number() }), 1000),
    name: v.optional(label),
  }),
  tokens: v.pipe(
    v.object({
      kind: v.literal("tokens"),
      tokens: list(label, TOKENS),
      values: v.optional(list(v.number(), TOKENS)),
      more: count,
    }),
    v.transform((output) => ({
      ...output,
      values: output.values?.length === output.tokens.length ? output.values : undefined,
    })),
  ),
  stream: v.object({
    kind: v.literal("stream"),
    id: count,
    prompt: text(CHARACTERS),
    tokens: list(label, PLACES),
    done: v.boolean(),
  }),
  svg: v.object({ kind: v.literal("svg"), svg: v.pipe(v.string(), v.maxLength(MARKUP)), label: v.optional(label) }),
  html: v.object({ kind: v.literal("html"), html: v.pipe(v.string(), v.maxLength(MARKUP)) }),
  markdown: v.object({ kind: v.literal("markdown"), source: text(CHARACTERS) }),
  error: v.object({
    kind: v.literal("error"),
    name: label,
    message: text(10_000),
    remedy: v.optional(text(10_000)),
    line: v.optional(v.pipe(count, v.minValue(1))),
    column: v.optional(v.pipe(count, v.minValue(1))),
    cell: v.optional(label),
  }),
} as const;

const ARRAYS = { float32: Float32Array, int32: Int32Array, bool: Uint8Array };

/** Undefined for what is no output, or more than can be drawn. */
export function checkOutput(data: unknown, budget = new OutputBudget(), depth = 0): Output | undefined {
  if (typeof data !== "object" || data === null || depth > DEPTH) return undefined;
  const { kind } = data as { kind?: unknown };
  if (kind === "named" || kind === "tabs") return checkMany(kind, data, budget, depth);
  if (typeof kind !== "string" || !Object.hasOwn(SCHEMAS, kind)) return undefined;
  const checked = v.safeParse(SCHEMAS[kind as keyof typeof SCHEMAS], data);
  if (!checked.success) return undefined;
  const output = checked.output as Output;
  return "data" in output && !budget.takes(output.data.byteLength) ? undefined : output;
}

/** Bytes of numbers that outputs which come together may have. */
export class OutputBudget {
  private left = 2 * BYTES;

  takes(bytes: number): boolean {
    this.left -= bytes;
    return this.left >= 0;
  }
}

/** Those with others within; one that is none is left out. */
function checkMany(kind: "named" | "tabs", data: object, budget: OutputBudget, depth: number): Output | undefined {
  const { entries, tabs, more } = data as { entries?: unknown; tabs?: unknown; more?: unknown };
  const given = kind === "named" ? entries : tabs;
  if (!Array.isArray(given) || given.length > 100) return undefined;
  const parts = given.flatMap((part: unknown) => {
    const { name, output } = (part ?? {}) as { name?: unknown; output?: unknown };
    const checked = typeof name === "string" ? checkOutput(output, budget, depth + 1) : undefined;
    return checked ? [{ name: String(name).slice(0, LABEL), output: checked }] : [];
  });
  if (kind === "tabs") return parts.length > 0 ? { kind, tabs: parts } : undefined;
  return { kind, entries: parts, more: typeof more === "number" && more > 0 ? Math.floor(more) : 0 };
}

/** An error, or none. */
export function checkError(data: unknown): ErrorOutput | undefined {
  const output = checkOutput(data);
  return output?.kind === "error" ? output : undefined;
}
