import { SliceError } from "./errors.ts";

/** `start:stop:step`, Python's; null where a part is left out. */
export interface SliceTerm {
  start: number | null;
  stop: number | null;
  step: number | null;
}

/**
 * One term of an index, as it stands on the wire: an int, a slice, an ellipsis, a new axis (null),
 * a list of ints, or a value of the program (`mask`: bool, `list`: int32) by its place among the
 * node's inputs.
 */
export type IndexTerm = number | SliceTerm | "..." | null | number[] | { mask: number } | { list: number };

const PART = /^[+-]?\d+$/;

/** Reads Python's own slice text, `":, -1, ::2, [0, 4], ..., None"`. Throws SliceError. */
export function parseSliceText(text: string): IndexTerm[] {
  return splitTerms(text).map((term) => parseTerm(term, text));
}

function splitTerms(text: string): string[] {
  const terms: string[] = [];
  let depth = 0;
  let term = "";
  for (const char of text) {
    if (char === "[") depth++;
    if (char === "]") depth--;
    if (char === "," && depth === 0) {
      terms.push(term);
      term = "";
    } else term += char;
  }
  // Python allows a trailing comma: x[0,] is x[0].
  if (term.trim() !== "" || terms.length === 0) terms.push(term);
  return terms.map((t) => t.trim());
}

function parseTerm(term: string, whole: string): IndexTerm {
  if (term === "...") return "...";
  if (term === "None") return null;
  if (PART.test(term)) return Number(term);
  if (term.startsWith("[") && term.endsWith("]")) {
    const inner = term.slice(1, -1).trim();
    const parts =
      inner === ""
        ? []
        : inner
            .replace(/,\s*$/, "")
            .split(",")
            .map((p) => p.trim());
    if (parts.every((p) => PART.test(p))) return parts.map(Number);
  } else if (term.includes(":")) {
    const parts = term.split(":").map((p) => p.trim());
    if (parts.length <= 3 && parts.every((p) => p === "" || PART.test(p))) {
      const [start = null, stop = null, step = null] = parts.map((p) => (p === "" ? null : Number(p)));
      return { start, stop, step };
    }
  }
  throw new SliceError(
    `"${whole}" is not a slice: cannot read ${term === "" ? "an empty term" : `"${term}"`}.`,
    'Use Python\'s slice text, for example ":, -1", "0, 2:5", "..., ::2" or "[0, 4]".',
    { text: whole, term },
  );
}

/** A term as Python writes it. */
export function formatTerm(term: IndexTerm): string {
  if (term === null) return "None";
  if (typeof term === "number") return String(term);
  if (term === "...") return "...";
  if (Array.isArray(term))
    return `[${term.length > 8 ? `${term.slice(0, 8).join(", ")}, … ${term.length} in all` : term.join(", ")}]`;
  if ("mask" in term) return "mask";
  if ("list" in term) return "ids";
  const part = (x: number | null) => (x === null ? "" : String(x));
  return `${part(term.start)}:${part(term.stop)}${term.step === null ? "" : `:${term.step}`}`;
}

export const formatIndex = (terms: readonly IndexTerm[]): string => `[${terms.map(formatTerm).join(", ")}]`;
