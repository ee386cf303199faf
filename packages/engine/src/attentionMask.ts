import type * as tf from "./tf.ts";

/**
 * What a query may attend to: every key not after it that counts. Holds one row of counts a row of
 * the prompt; a batch of several copies of the prompt's rows goes by the same.
 */
export interface AttentionMask {
  /** int32 [rows, keys or more]: 1 where a position counts. */
  counts: tf.Tensor;
  /** Positions before the first query. */
  past: number;
  /** Queries. */
  tokens: number;
}
