/** Between heads side by side and heads of their own. */
import type * as tf from "../tf.ts";

/** [rows, tokens, heads × head width] to [rows, heads, tokens, head width]. */
export function parted(x: tf.Tensor, heads: number): tf.Tensor {
  const [rows, tokens, width] = x.shape as [number, number, number];
  return x.reshape([rows, tokens, heads, width / heads]).transpose([0, 2, 1, 3]);
}

/** [rows, heads, tokens, head width] to [rows, tokens, heads × head width]. */
export function mergeHeads(x: tf.Tensor): tf.Tensor {
  const [rows, heads, tokens, width] = x.shape as [number, number, number, number];
  return x.transpose([0, 2, 1, 3]).reshape([rows, tokens, heads * width]);
}
