/** How a value of a cell's is shown, by what it is: plain data for the page. */
import { Labelled } from "@insitu/analysis";
import { printed } from "@insitu/react/code";
import { InsituError, LanguageModel, LayersModel, Tensor, Value } from "insitu";
import type { Axis, NumbersOutput, Output, TopToken } from "../outputs/output.ts";
import type { Prompts } from "./prompts.ts";
import { codeOf } from "./sweepCode.ts";

export interface DisplayOptions {
  name?: string;
  as?: "numbers" | "attention" | "tokens" | "topTokens" | "text";
  /** Of an attention pattern: what its queries and keys are called. */
  tokens?: readonly string[];
  /** One for each dimension. */
  axes?: readonly Axis[];
  /** What reproduces a place of a sweep: see `NumbersOutput`. */
  code?: string;
}

/** What says how it is shown: of html`…`, svg`…`, md`…`. */
export class Shown {
  constructor(readonly output: Output) {}
}

/** How much of each kind is shown. */
const CHARACTERS = 20_000;
const TOKENS = 2000;
const TOP = 50;
const ENTRIES = 24;
const DEPTH = 3;
/** What is longer is a text, not a token. */
const TOKEN = 60;
/** Lists of no more numbers than these are written out. */
const WRITTEN = 16;
/** Bytes of one tensor that leave the sandbox. */
const BYTES = 64 * 2 ** 20;

/** What describing needs to know of the model: recent prompts, and the vocabulary. */
export interface Known {
  prompts: Prompts;
  vocabulary?: { size: number; token: (id: number) => string } | undefined;
}

/** Undefined for what shows nothing. */
export function describe(value: unknown, known: Known, options: DisplayOptions = {}, depth = 0): Output | undefined {
  if (value === undefined) return undefined;
  if (value instanceof Shown) return value.output;
  if (options.as === "text") return text(value);
  if (value instanceof Value) return saved(value, known, options, depth);
  if (value instanceof LanguageModel || value instanceof LayersModel) return modelOutput(value);
  if (value instanceof Labelled) return labelledOutput(value, options);
  if (value instanceof Tensor) return tensorOutput(value, known, options);
  if (isHandle(value))
    return { kind: "text", text: "A module of the model.", note: "Read its values in model.trace(…)." };
  const svg = svgOf(value);
  if (svg !== undefined) return { kind: "svg", svg, label: options.name };
  if (typeof value === "string") return text(value);
  if (typeof value !== "object" || value === null || value instanceof Error || value instanceof Promise)
    return text(value);
  if (value instanceof Float32Array || value instanceof Int32Array || value instanceof Uint8Array)
    return value.length > WRITTEN || options.as === "numbers"
      ? tensorOutput(new Tensor([value.length], dtypeOf(value), value), known, options)
      : text(value);
  if (ArrayBuffer.isView(value)) return text(value);
  if (Array.isArray(value)) {
    const list = listOutput(value, known, options);
    if (list) return list;
  }
  return depth < DEPTH ? (named(value, known, depth) ?? text(value)) : text(value);
}

function modelOutput(model: LanguageModel | LayersModel): Output {
  const paths = model.modules().map(({ path, type }) => `${path || "model"}  ${type}`);
  return { kind: "text", text: paths.join("\n"), note: "Read and edit their values in model.trace(…)." };
}

function text(value: unknown): Output {
  if (typeof value === "string" && value.includes("\n")) {
    const note = value.length > CHARACTERS ? `${value.length} characters in all.` : undefined;
    return { kind: "text", text: value.slice(0, CHARACTERS), note };
  }
  const { text, cut } = printed(value, CHARACTERS);
  return { kind: "text", text, note: cut ? "Cut: this is the beginning." : undefined };
}

/** What was assigned to a variable within the body is a value of the trace, which knows what it became. */
function saved(value: Value, known: Known, options: DisplayOptions, depth: number): Output | undefined {
  try {
    return describe(value.value, known, options, depth);
  } catch (error) {
    if (!(error instanceof InsituError)) throw error;
    return { kind: "text", text: "A value that was not saved.", note: "Call .save() on what you want to see." };
  }
}

function labelledOutput(value: Labelled, options: DisplayOptions): Output {
  const axes = options.axes ?? value.axes.map(({ name, labels }) => ({ name, labels: [...labels] }));
  const code = options.code ?? codeOf(value);
  return numbers(value.tensor, { name: options.name ?? value.name, axes, code });
}

function numbers(tensor: Tensor, more: Pick<NumbersOutput, "name" | "axes" | "code">): Output {
  const { shape, dtype, data } = tensor;
  if (data.byteLength > BYTES) {
    return {
      kind: "text",
      text: String(tensor),
      note: `${(data.byteLength / 2 ** 20).toFixed(0)} MiB: more than is drawn. Show a slice of it: .at(…).`,
    };
  }
  return { kind: "numbers", dtype: dtype as NumbersOutput["dtype"], shape: [...shape], data, ...more };
}

function tensorOutput(tensor: Tensor, known: Known, options: DisplayOptions): Output {
  const { shape, data } = tensor;
  const { name, axes, code } = options;
  if (data.length === 1 && options.as === undefined && shape.length === 0) return text(data[0]);
  const plain = numbers(tensor, { name, axes, code });
  if (options.as === "numbers" || plain.kind === "text") return plain;
  const heads = attention(tensor, known, options);
  if (heads)
    return {
      kind: "tabs",
      tabs: [
        { name: "Heads", output: heads },
        { name: "Tensor", output: plain },
      ],
    };
  const top = topOf(tensor, known, options);
  if (top)
    return {
      kind: "tabs",
      tabs: [
        { name: "Top tokens", output: top },
        { name: "Tensor", output: plain },
      ],
    };
  return plain;
}

/** Patterns of heads: square, and each row a distribution over what it may look at. */
function attention({ shape, dtype, data }: Tensor, known: Known, options: DisplayOptions): Output | undefined {
  const [queries = 0, keys = -1] = shape.slice(-2);
  const asked = options.as === "attention";
  if (shape.length < 2 || dtype !== "float32") return undefined;
  if (!asked && (shape.length < 3 || queries !== keys || queries < 2 || !areRows(data, keys))) return undefined;
  const tokens = options.tokens ?? known.prompts.ofLength(keys);
  return {
    kind: "attention",
    name: options.name,
    shape: [data.length / (queries * keys), queries, keys],
    data: data as Float32Array,
    tokens: tokens?.length === keys ? [...tokens] : undefined,
  };
}

function areRows(data: ArrayLike<number>, length: number): boolean {
  for (let start = 0; start < data.length; start += length) {
    let sum = 0;
    for (let i = start; i < start + length; i++) {
      if (!(data[i]! >= 0)) return false;
      sum += data[i]!;
    }
    if (Math.abs(sum - 1) > 1e-3) return false;
  }
  return true;
}

/** Logits or probabilities over the vocabulary: the likeliest at the last position. */
function topOf({ shape, dtype, data }: Tensor, known: Known, options: DisplayOptions): Output | undefined {
  const { vocabulary } = known;
  const size = shape.at(-1);
  if (!vocabulary || size !== vocabulary.size || dtype !== "float32") return undefined;
  const last = data.subarray(data.length - size) as Float32Array;
  const order = Array.from(last.keys()).sort((a, b) => last[b]! - last[a]!);
  const sum = last.reduce((all, x) => all + x, 0);
  const probabilities = last.every((x) => x >= 0 && x <= 1) && Math.abs(sum - 1) < 1e-3;
  const most = last[order[0]!]!;
  const all = last.reduce((total, x) => total + Math.exp(x - most), 0);
  const tokens = order.slice(0, 10).map((id) => ({
    id,
    token: vocabulary.token(id),
    logit: last[id]!,
    probability: probabilities ? last[id]! : Math.exp(last[id]! - most) / all,
  }));
  const rows = data.length / size;
  const after = rows > 1 ? `after the last of ${rows} positions` : undefined;
  return { kind: "topTokens", tokens, name: options.name ?? after };
}

/** Undefined for a list of nothing in particular. */
function listOutput(list: readonly unknown[], known: Known, options: DisplayOptions): Output | undefined {
  if (list.length === 0) return undefined;
  if (list.every(isTopToken)) {
    const tokens = list
      .slice(0, TOP)
      .map(({ token, id, probability, logit }) => ({ token, id: id ?? -1, probability, logit: logit ?? 0 }));
    return { kind: "topTokens", tokens, name: options.name };
  }
  if (list.every((part) => typeof part === "string")) {
    if (options.as === "tokens" || list.every((part) => part.length <= TOKEN && /^\s*\S*\s*$/.test(part)))
      return { kind: "tokens", tokens: list.slice(0, TOKENS), more: Math.max(0, list.length - TOKENS) };
    // Sentences: a line each.
    return text(list.map((part) => part.replaceAll("\n", "↵")).join("\n"));
  }
  if (list.every(isTokenValue)) {
    const shown = list.slice(0, TOKENS) as { token: string; value: number }[];
    return {
      kind: "tokens",
      tokens: shown.map(({ token }) => token),
      values: shown.map(({ value }) => value),
      more: Math.max(0, list.length - TOKENS),
    };
  }
  if ((list.length > WRITTEN || options.as === "numbers") && list.every(isNumber))
    return tensorOutput(new Tensor([list.length], "float32", Float32Array.from(list as number[])), known, options);
  const rows = list as readonly unknown[][];
  const length = Array.isArray(rows[0]) ? rows[0].length : 0;
  if (length > 0 && rows.every((row) => Array.isArray(row) && row.length === length && row.every(isNumber)))
    return tensorOutput(
      new Tensor([rows.length, length], "float32", Float32Array.from((rows as number[][]).flat())),
      known,
      options,
    );
  return undefined;
}

/** Undefined where no part is more than text. */
function named(value: object, known: Known, depth: number): Output | undefined {
  const list = Array.isArray(value);
  const parts: [string, unknown][] = list
    ? value.slice(0, ENTRIES).map((part, i) => [`[${i}]`, part])
    : Object.entries(value).filter(([, part]) => typeof part !== "function" && part !== undefined);
  const entries = parts.slice(0, ENTRIES).flatMap(([name, part]) => {
    const output = describe(part, known, {}, depth + 1);
    return output ? [{ name, output }] : [];
  });
  if (entries.every(({ output }) => output.kind === "text")) return undefined;
  return { kind: "named", entries, more: (list ? value.length : parts.length) - entries.length };
}

/** A module is a proxy that refuses names it does not know. */
function isHandle(value: unknown): boolean {
  try {
    void (value as { nodeType?: unknown } | null)?.nodeType;
    return false;
  } catch {
    return true;
  }
}

/** What draws itself as SVG: an element, of whichever document. */
function svgOf(value: unknown): string | undefined {
  const { outerHTML, tagName, nodeType } = (value ?? {}) as {
    outerHTML?: unknown;
    tagName?: unknown;
    nodeType?: unknown;
  };
  if (nodeType !== 1 || typeof outerHTML !== "string") return undefined;
  if (String(tagName).toLowerCase() === "svg") return outerHTML;
  // Plot wraps what has a legend or a title into a figure.
  const svg = (value as { querySelector(selector: string): { outerHTML: string } | null }).querySelector("svg");
  return svg?.outerHTML;
}

const dtypeOf = (data: object) =>
  data instanceof Int32Array ? "int32" : data instanceof Uint8Array ? "bool" : "float32";

const isNumber = (part: unknown): part is number => typeof part === "number";

const isTopToken = (part: unknown): part is Partial<TopToken> & Pick<TopToken, "token" | "probability"> => {
  const { token, probability } = (part ?? {}) as Record<string, unknown>;
  return typeof token === "string" && typeof probability === "number";
};

const isTokenValue = (part: unknown): boolean => {
  const { token, value } = (part ?? {}) as Record<string, unknown>;
  return typeof token === "string" && typeof value === "number";
};
