/**
 * What a cell gives, as plain data: it was made in the sandbox by code that nobody vouches for, so it is checked
 * (`checkOutput.ts`) before it is drawn, and no part of it is ever taken for HTML of the page.
 */

export type Output =
  | TextOutput
  | NumbersOutput
  | AttentionOutput
  | TopTokensOutput
  | TokensOutput
  | StreamOutput
  | SvgOutput
  | HtmlOutput
  | MarkdownOutput
  | ErrorOutput
  | NamedOutput
  | TabsOutput;

/** A value printed, or a line of the console. */
export interface TextOutput {
  readonly kind: "text";
  readonly text: string;
  /** Of the console; a result has none. */
  readonly level?: "log" | "warn" | "error" | undefined;
  /** What was left out. */
  readonly note?: string | undefined;
}

export type NumberArray = Float32Array | Int32Array | Uint8Array;

export interface Axis {
  readonly name?: string | undefined;
  /** As many as the axis is long. */
  readonly labels?: readonly string[] | undefined;
}

/** A tensor or a labelled result: shape, dtype, statistics and a heat map. */
export interface NumbersOutput {
  readonly kind: "numbers";
  readonly name?: string | undefined;
  readonly dtype: "float32" | "int32" | "bool";
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: NumberArray;
  /** One for each dimension, where they have names. */
  readonly axes?: readonly Axis[] | undefined;
  /**
   * Of a sweep: the code that reproduces one place of it, in which `«i0»`, `«i1»` … stand for the place's index along each
   * axis, and `«l0»`, `«l1»` … for its label there as a string literal. See `codeOfPlace.ts`.
   */
  readonly code?: string | undefined;
}

/** Attention patterns: [heads, queries, keys], a panel for each head. */
export interface AttentionOutput {
  readonly kind: "attention";
  readonly name?: string | undefined;
  readonly shape: readonly [heads: number, queries: number, keys: number];
  readonly data: Float32Array;
  /** One for each key (and query). */
  readonly tokens?: readonly string[] | undefined;
}

export interface TopToken {
  readonly token: string;
  readonly id: number;
  readonly probability: number;
  readonly logit: number;
}

/** The likeliest tokens, in a table with bars. */
export interface TopTokensOutput {
  readonly kind: "topTokens";
  readonly tokens: readonly TopToken[];
  /** After what, in words. */
  readonly name?: string | undefined;
}

/** Tokens as spans, coloured by their values where there are any. */
export interface TokensOutput {
  readonly kind: "tokens";
  readonly tokens: readonly string[];
  readonly values?: readonly number[] | undefined;
  /** How many more there are. */
  readonly more: number;
}

/** A generation as it comes: each message of a stream replaces the one before with the same `id`. */
export interface StreamOutput {
  readonly kind: "stream";
  readonly id: number;
  readonly prompt: string;
  readonly tokens: readonly string[];
  readonly done: boolean;
}

/** A picture: shown as an image, in which scripts do not run and nothing is fetched. */
export interface SvgOutput {
  readonly kind: "svg";
  readonly svg: string;
  readonly label?: string | undefined;
}

/** Shown in a frame of its own without scripts, network or the page's origin. */
export interface HtmlOutput {
  readonly kind: "html";
  readonly html: string;
}

export interface MarkdownOutput {
  readonly kind: "markdown";
  readonly source: string;
}

export interface ErrorOutput {
  readonly kind: "error";
  /** The class: `SliceError`, `TypeError`. */
  readonly name: string;
  readonly message: string;
  /** What to do, where insitu knows. */
  readonly remedy?: string | undefined;
  /** Line of the cell, counted from 1. */
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  /** The cell whose line it is, where that is another: its function was called. */
  readonly cell?: string | undefined;
}

/** Several results by their names. */
export interface NamedOutput {
  readonly kind: "named";
  readonly entries: readonly { readonly name: string; readonly output: Output }[];
  readonly more: number;
}

/** Several views of one result, the first shown first. */
export interface TabsOutput {
  readonly kind: "tabs";
  readonly tabs: readonly { readonly name: string; readonly output: Output }[];
}
