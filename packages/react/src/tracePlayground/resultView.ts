/** How a result is shown, by what it is. */
import { Labelled } from "@insitu/analysis";
import { InsituError, Tensor, Value } from "insitu";
import { printed } from "../code/printValue.ts";
import type { Numbers } from "../tensorHeatmap/heatmapTensor.ts";

export type ResultView =
  | { kind: "nothing" }
  /** `note` says what was left out. */
  | { kind: "text"; text: string; note?: string | undefined }
  | { kind: "numbers"; data: Tensor | Labelled | readonly Numbers[] | Float32Array }
  | { kind: "topTokens"; tokens: readonly { token: string; probability: number }[]; more: number }
  | { kind: "tokens"; tokens: readonly string[]; more: number }
  | { kind: "named"; entries: readonly { name: string; view: ResultView }[]; more: number };

/** How much of each kind is shown. */
const CHARACTERS = 8000;
const TOP_TOKENS = 50;
const TOKENS = 200;
/** What is longer is a text, not a token. */
const TOKEN = 60;
const ENTRIES = 16;
const DEPTH = 3;
/** Lists of no more numbers than these are written out. */
const WRITTEN = 24;

export function resultView(value: unknown, depth = 0): ResultView {
  if (value === undefined) return { kind: "nothing" };
  if (typeof value === "string" && value.includes("\n")) {
    const cut = value.length > CHARACTERS;
    return {
      kind: "text",
      text: value.slice(0, CHARACTERS),
      note: cut ? `${value.length} characters in all` : undefined,
    };
  }
  if (value instanceof Value) return savedView(value);
  if (value instanceof Tensor || value instanceof Labelled) {
    return value.shape.length === 0 ? text(value.data[0]) : { kind: "numbers", data: value };
  }
  if (typeof value !== "object" || value === null || value instanceof Error || value instanceof Promise)
    return text(value);
  if (value instanceof Float32Array) return value.length > WRITTEN ? { kind: "numbers", data: value } : text(value);
  if (ArrayBuffer.isView(value)) return text(value);
  if (Array.isArray(value)) {
    const list = listView(value);
    if (list) return list;
  }
  return depth < DEPTH ? (namedView(value, depth) ?? text(value)) : text(value);
}

function text(value: unknown): ResultView {
  const { text, cut } = printed(value, CHARACTERS);
  return { kind: "text", text, note: cut ? "Cut: this is the beginning." : undefined };
}

/** What was assigned to a variable within the body is a value of the trace, which knows what it became. */
function savedView(value: Value): ResultView {
  try {
    return resultView(value.value);
  } catch (error) {
    if (!(error instanceof InsituError)) throw error;
    return { kind: "text", text: "A value that was not saved.", note: "Call .save() on what you want to see." };
  }
}

/** Undefined for a list of nothing in particular. */
function listView(list: readonly unknown[]): ResultView | undefined {
  if (list.length === 0) return undefined;
  if (list.every(isTopToken))
    return { kind: "topTokens", tokens: list.slice(0, TOP_TOKENS), more: Math.max(0, list.length - TOP_TOKENS) };
  if (list.every((part) => typeof part === "string" && part.length <= TOKEN && !/\n./.test(part)))
    return { kind: "tokens", tokens: list.slice(0, TOKENS) as string[], more: Math.max(0, list.length - TOKENS) };
  if (list.length > WRITTEN && list.every(isNumber)) return { kind: "numbers", data: list };
  const rows = list as readonly unknown[][];
  const length = Array.isArray(rows[0]) ? rows[0].length : 0;
  if (length > 0 && rows.every((row) => Array.isArray(row) && row.length === length && row.every(isNumber)))
    return { kind: "numbers", data: rows as number[][] };
  return undefined;
}

/** Undefined where no part is more than text. */
function namedView(value: object, depth: number): ResultView | undefined {
  const list = Array.isArray(value);
  const parts: [string, unknown][] = list
    ? value.slice(0, ENTRIES).map((part, i) => [`[${i}]`, part])
    : Object.entries(value).filter(([, part]) => typeof part !== "function" && part !== undefined);
  const entries = parts.slice(0, ENTRIES).map(([name, part]) => ({ name, view: resultView(part, depth + 1) }));
  if (entries.every(({ view }) => view.kind === "text" || view.kind === "nothing")) return undefined;
  return { kind: "named", entries, more: (list ? value.length : parts.length) - entries.length };
}

const isNumber = (part: unknown): part is number => typeof part === "number";

const isTopToken = (part: unknown): part is { token: string; probability: number } => {
  const { token, probability } = (part ?? {}) as Record<string, unknown>;
  return typeof token === "string" && typeof probability === "number";
};
