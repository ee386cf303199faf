/** Tables as CSV (RFC 4180), a line for each number or token, so that any number of dimensions fits. */
import type { Output } from "../output.ts";

/** Undefined for what is no table. */
export function toCSV(output: Output): string | undefined {
  switch (output.kind) {
    case "numbers": {
      const { shape, data, axes, name } = output;
      const heads = shape.map((_, axis) => axes?.[axis]?.name ?? `axis${axis}`);
      const lines = Array.from(data, (value, i) => [
        ...indexOf(i, shape).map((place, axis) => axes?.[axis]?.labels?.[place] ?? String(place)),
        numeral(value),
      ]);
      return table([...heads, name ?? "value"], lines);
    }
    case "attention": {
      const { shape, data, tokens } = output;
      const called = (i: number) => tokens?.[i] ?? String(i);
      const lines = Array.from(data, (value, i) => {
        const [head, query, key] = indexOf(i, shape) as [number, number, number];
        return [String(head), String(query), called(query), String(key), called(key), numeral(value)];
      });
      return table(["head", "query", "query token", "key", "key token", "attention"], lines);
    }
    case "topTokens":
      return table(
        ["token", "id", "probability", "logit"],
        output.tokens.map(({ token, id, probability, logit }) => [
          token,
          String(id),
          numeral(probability),
          numeral(logit),
        ]),
      );
    case "tokens":
      return table(
        ["position", "token", ...(output.values ? ["value"] : [])],
        output.tokens.map((token, i) => [String(i), token, ...(output.values ? [numeral(output.values[i]!)] : [])]),
      );
    case "stream":
      return table(
        ["step", "token"],
        output.tokens.map((token, i) => [String(i), token]),
      );
    default:
      return undefined;
  }
}

/** All digits that a number has. */
const numeral = (value: number): string =>
  Number.isFinite(value) ? String(value) : Number.isNaN(value) ? "NaN" : value < 0 ? "-Infinity" : "Infinity";

function indexOf(i: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index.unshift(i % shape[axis]!);
    i = Math.floor(i / shape[axis]!);
  }
  return index;
}

const table = (head: readonly string[], lines: readonly (readonly string[])[]): string =>
  [head, ...lines].map((line) => `${line.map(field).join(",")}\r\n`).join("");

/** What a spreadsheet would take for a formula stays text. */
function field(text: string): string {
  const plain = /^[=+@\t\r]/.test(text) || (text.startsWith("-") && Number.isNaN(Number(text))) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) || plain !== plain.trim() ? `"${plain.replaceAll('"', '""')}"` : plain;
}
