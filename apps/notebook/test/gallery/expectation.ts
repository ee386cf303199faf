/** What a cell of a gallery notebook gives, as data, and whether it does: here in Node, and in the page. */
import type { Output } from "../../src/outputs/output.ts";

/** Which output of which cell. */
export interface Place {
  /** Among the code cells, from 0. */
  readonly cell: number;
  /** Of the cell's outputs; the last unless given. */
  readonly output?: number;
  /** Names of tabs and of entries, from the outside in. Of tabs, the first unless named. */
  readonly path?: readonly string[];
}

export type Expectation = Place &
  (
    | { readonly is: "number"; readonly at: readonly number[]; readonly value: number; readonly atol: number }
    | { readonly is: "shape"; readonly shape: readonly number[] }
    /** The strongest place of a sweep, up or down, by its labels. */
    | { readonly is: "strongest"; readonly labels: readonly string[]; readonly value: number; readonly atol: number }
    | {
        readonly is: "topToken";
        readonly at: number;
        readonly token: string;
        readonly probability: number;
        readonly atol: number;
      }
    | { readonly is: "tokens"; readonly tokens: readonly string[] }
    /** A text that is nothing but numbers and words: numbers agree within `atol`, words exactly. */
    | { readonly is: "text"; readonly text: string; readonly atol?: number }
    | { readonly is: "stream"; readonly text: string }
    /** A picture, of at least so many characters of SVG. */
    | { readonly is: "picture"; readonly least: number }
  );

export function outputAt(cells: readonly (readonly Output[])[], { cell, output: nth = -1, path }: Place) {
  let output: Output | undefined = cells[cell]?.at(nth);
  for (const name of path ?? []) output = output && partOf(output, name);
  while (output?.kind === "tabs") output = output.tabs[0]?.output;
  return output;
}

/** Undefined where it is as expected; else what is there instead. */
export function differs(cells: readonly (readonly Output[])[], expected: Expectation): string | undefined {
  const output = outputAt(cells, expected);
  if (!output)
    return `nothing is there: the cell gave ${(cells[expected.cell] ?? []).map(({ kind }) => kind).join(", ") || "nothing"}`;
  switch (expected.is) {
    case "number":
    case "shape":
    case "strongest":
      return output.kind === "numbers" || output.kind === "attention"
        ? differentNumbers(output, expected)
        : output.kind;
    case "topToken": {
      const there = output.kind === "topTokens" ? output.tokens[expected.at] : undefined;
      const same = there?.token === expected.token && near(there.probability, expected.probability, expected.atol);
      return same ? undefined : JSON.stringify(there ?? output.kind);
    }
    case "tokens": {
      const there = output.kind === "tokens" ? output.tokens : undefined;
      return JSON.stringify(there) === JSON.stringify(expected.tokens) ? undefined : JSON.stringify(there ?? output);
    }
    case "text": {
      const there =
        output.kind === "text" ? output.text : output.kind === "tokens" ? output.tokens.join("\n") : undefined;
      return there !== undefined && sameText(there, expected.text, expected.atol ?? 0)
        ? undefined
        : (there ?? output.kind);
    }
    case "stream": {
      const there = output.kind === "stream" && output.done ? output.prompt + output.tokens.join("") : undefined;
      return there === expected.text ? undefined : (there ?? JSON.stringify(output));
    }
    case "picture":
      return output.kind === "svg" && output.svg.length >= expected.least ? undefined : output.kind;
  }
}

function partOf(output: Output, name: string): Output | undefined {
  if (output.kind === "tabs") return output.tabs.find((tab) => tab.name === name)?.output;
  if (output.kind === "named") return output.entries.find((entry) => entry.name === name)?.output;
  return undefined;
}

type Numbers = Extract<Output, { kind: "numbers" | "attention" }>;

function differentNumbers(output: Numbers, expected: Extract<Expectation, { is: "number" | "shape" | "strongest" }>) {
  const { shape, data } = output;
  if (expected.is === "shape") return String(shape) === String(expected.shape) ? undefined : `shape [${shape}]`;
  if (expected.is === "number") {
    const index = expected.at.reduce((sum, i, axis) => sum * shape[axis]! + i, 0);
    return near(data[index], expected.value, expected.atol) ? undefined : String(data[index]);
  }
  let most = 0;
  for (let i = 1; i < data.length; i++) if (Math.abs(data[i]!) > Math.abs(data[most]!)) most = i;
  const labels: string[] = [];
  for (let axis = shape.length - 1, rest = most; axis >= 0; axis--) {
    const size = shape[axis]!;
    labels.unshift((output.kind === "numbers" && output.axes?.[axis]?.labels?.[rest % size]) || String(rest % size));
    rest = Math.floor(rest / size);
  }
  const same = String(labels) === String(expected.labels) && near(data[most], expected.value, expected.atol);
  return same ? undefined : `${labels.join(", ")}: ${data[most]}`;
}

const near = (there: number | undefined, value: number, atol: number) =>
  there !== undefined && Math.abs(there - value) <= atol;

const NUMBER = /-?\d+(?:\.\d+)?(?:e-?\d+)?/g;

function sameText(there: string, expected: string, atol: number): boolean {
  const numbers = (text: string) => (text.match(NUMBER) ?? []).map(Number);
  const [a, b] = [numbers(there), numbers(expected)];
  return (
    there.replace(NUMBER, "#") === expected.replace(NUMBER, "#") && a.every((value, i) => near(value, b[i]!, atol))
  );
}
