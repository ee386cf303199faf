/** How many rows a pass may have, where it is made of rows rather than of programs. */
import type { ModelShape } from "./modelShape.ts";
import type { Rows } from "./prompts.ts";

/** As `traceAll` has it: what a pass may take unless `chunkBytes` says otherwise. */
export const CHUNK_BYTES = 256 * 2 ** 20;

/** The engine takes no more rows in a program. */
const MOST = 4096;

/** Of a pass with gradients, which keeps what every layer computed. At least one. */
export function rowsOfBackwardPass(shape: ModelShape, tokens: number, bytes = CHUNK_BYTES): number {
  // Two norms, queries, keys and values, weighted values, two outputs, and the hidden layer twice.
  const layer = tokens * (8 * shape.width + 2 * shape.neurons + 3 * shape.heads * tokens);
  return rowsIn(bytes, 4 * (shape.layers * layer + 3 * tokens * shape.vocabulary));
}

/** Of a pass without, which keeps one layer's widest value at a time. At least one. */
export function rowsOfPass(shape: ModelShape, tokens: number, bytes = CHUNK_BYTES): number {
  return rowsIn(bytes, 4 * tokens * Math.max(shape.neurons, shape.heads * tokens));
}

/** The same where logits of every position may be wanted. */
export function rowsOfLogits(shape: ModelShape, tokens: number, bytes = CHUNK_BYTES): number {
  return rowsIn(bytes, 4 * tokens * Math.max(shape.neurons, shape.heads * tokens, shape.vocabulary));
}

/** Rows cut into as many parts as are needed for each to have `most` at most. */
export function cut(rows: Rows, most: number): Rows[] {
  const parts: Rows[] = [];
  for (let from = 0; from < rows.ids.length; from += most) {
    const of = <T>(list: readonly T[]) => list.slice(from, from + most);
    parts.push({ ...rows, ids: of(rows.ids), tokens: of(rows.tokens), at: of(rows.at) });
  }
  return parts;
}

const rowsIn = (bytes: number, each: number): number => Math.min(MOST, Math.max(1, Math.floor(bytes / each)));
