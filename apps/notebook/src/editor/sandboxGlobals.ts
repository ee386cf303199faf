/**
 * What every cell has in scope, for the language service: as declarations, beside the exports of insitu and its analyses. The
 * text is TypeScript's, not run anywhere; `sandbox/library.ts` is what stands behind it.
 */
export const SANDBOX_GLOBALS = `
import type { GPT2LanguageModel, NewTokens } from "insitu";

interface DisplayOptions {
  /** What it is called. */
  name?: string;
  /** How it is shown; by what it is, unless given. */
  as?: "numbers" | "attention" | "tokens" | "topTokens" | "text";
  /** Of an attention pattern: what its queries and keys are called. */
  tokens?: readonly string[];
  /** One for each dimension: its name, and its labels. */
  axes?: readonly { name?: string; labels?: readonly string[] }[];
  /** The code that reproduces a place of a sweep: «i0» stands for its index along the first axis, «l0» for its label. */
  code?: string;
}

interface Shown {
  readonly output: object;
}

declare global {
  /** The model of the model bar. Read and edit its activations in \`model.trace(prompt, () => …)\`. */
  const model: GPT2LanguageModel;
  /** Shows a value, besides that of the cell's last expression. */
  function display(value: unknown, options?: DisplayOptions): undefined;
  /** Shows a generation as it comes: \`model.generate(prompt, { maxNewTokens: 8, onTokens: stream(prompt) })\`. */
  function stream(prompt?: string): (tokens: NewTokens) => void;
  /** HTML, shown in a frame without scripts. Values within it are text. */
  function html(parts: TemplateStringsArray, ...values: unknown[]): Shown;
  /** SVG, shown as an image. */
  function svg(parts: TemplateStringsArray, ...values: unknown[]): Shown;
  /** Markdown. */
  function md(parts: TemplateStringsArray, ...values: unknown[]): Shown;
  /** Observable Plot; a plot as a cell's last expression is shown. */
  const Plot: typeof import("@observablehq/plot");
  /** TensorFlow.js on the CPU, to make a model of your own with. */
  const tf: any;

  const console: Record<"log" | "info" | "debug" | "warn" | "error" | "table" | "dir", (...values: unknown[]) => void> & {
    assert(holds: unknown, ...values: unknown[]): void;
  };
  function setTimeout(run: () => void, milliseconds?: number): number;
  function clearTimeout(timer: number | undefined): void;
  function setInterval(run: () => void, milliseconds?: number): number;
  function clearInterval(timer: number | undefined): void;
  function queueMicrotask(run: () => void): void;
  function structuredClone<T>(value: T): T;
  function atob(text: string): string;
  function btoa(text: string): string;
  /** Refused, but for hosts that the reader of the notebook has allowed. */
  function fetch(address: string, options?: { method?: string; headers?: Record<string, string>; body?: string }): Promise<{
    readonly ok: boolean;
    readonly status: number;
    json(): Promise<any>;
    text(): Promise<string>;
    arrayBuffer(): Promise<ArrayBuffer>;
  }>;
  const performance: { now(): number };
  const crypto: { randomUUID(): string; getRandomValues<T extends ArrayBufferView>(array: T): T };
  class TextEncoder { encode(text?: string): Uint8Array<ArrayBuffer>; }
  class TextDecoder { constructor(label?: string); decode(bytes?: ArrayBufferView | ArrayBuffer): string; }
  interface AbortSignal { readonly aborted: boolean; readonly reason: any; throwIfAborted(): void; addEventListener(type: "abort", listener: () => void): void; removeEventListener(type: "abort", listener: () => void): void; }
  class AbortController { readonly signal: AbortSignal; abort(reason?: unknown): void; }
  interface MessagePort { postMessage(message: unknown): void; }
  interface Worker { terminate(): void; }
  interface File { readonly name: string; readonly size: number; }
  interface FileSystemDirectoryHandle { readonly name: string; }
}
`;
