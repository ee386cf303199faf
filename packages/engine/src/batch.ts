import { type Invoke, type PromptDims, rowRanges } from "@insitu/program";
import * as tf from "./tf.ts";

/** The prompts of all invokes as one left-padded batch, on the device. The caller disposes them. */
export interface Batch {
  /** int32 [rows, tokens]. */
  ids: tf.Tensor;
  /** int32 [rows, tokens]: counted from each row's first token that counts; 0 on padding before it. */
  positions: tf.Tensor;
  /** int32 [rows, tokens]: 1 where a token counts. */
  attention: tf.Tensor;
}

/**
 * Pads on the left with `padId`, as nnsight does, so that the last position of every row is its
 * last token. Positions follow Hugging Face: counted from 0, or, in a row that begins with padding,
 * the cumulative sum of the mask minus one.
 */
export function makeBatch(invokes: readonly Invoke[], { rows, tokens }: PromptDims, padId: number): Batch {
  const ids = new Int32Array(rows * tokens).fill(padId);
  const counts = new Uint8Array(rows * tokens);
  for (const [i, { start, count }] of rowRanges(invokes).entries()) {
    const invoke = invokes[i] as Invoke;
    for (let r = 0; r < count; r++) {
      const row = invoke.ids[r] as number[];
      const at = (start + r) * tokens + tokens - row.length;
      ids.set(row, at);
      counts.set(invoke.mask?.[r] ?? new Array(row.length).fill(1), at);
    }
  }
  const positions = new Int32Array(rows * tokens);
  for (let r = 0; r < rows; r++) {
    const fromStart = counts[r * tokens] === 1;
    let seen = 0;
    for (let t = 0; t < tokens; t++) {
      seen += counts[r * tokens + t] as number;
      positions[r * tokens + t] = fromStart ? t : counts[r * tokens + t] ? seen - 1 : 0;
    }
  }
  return {
    ids: tf.tensor(ids, [rows, tokens], "int32"),
    attention: tf.tensor(Int32Array.from(counts), [rows, tokens], "int32"),
    positions: tf.tensor(positions, [rows, tokens], "int32"),
  };
}
