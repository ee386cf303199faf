import * as tf from "../tf.ts";

/**
 * Bool [rows, 1, tokens, past + tokens]: a query may attend to every key not after it that counts.
 * `counts` int32 [rows, or a fraction of them; keys or more]: batches of copies share it.
 */
export function causalMask(counts: tf.Tensor, rows: number, past: number, tokens: number): tf.Tensor {
  return tf.tidy(() => {
    const keys = past + tokens;
    const own = counts.shape[0] as number;
    const counted = tf.slice(counts, [0, 0], [own, keys]);
    const copies = own === rows ? counted : tf.tile(counted, [rows / own, 1]);
    const causal = new Int32Array(tokens * keys);
    for (let q = 0; q < tokens; q++) causal.fill(1, q * keys, q * keys + past + q + 1);
    return copies
      .reshape([rows, 1, 1, keys])
      .mul(tf.tensor(causal, [1, 1, tokens, keys], "int32"))
      .notEqual(tf.scalar(0, "int32"));
  });
}
