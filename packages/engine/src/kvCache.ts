import * as tf from "./tf.ts";

/**
 * Keys and values of all positions so far, by attention module, in tensors of one capacity: a step runs
 * on the new token alone, and every step uses buffers of the same sizes. What was edited at
 * `source.key` and `source.value` is what later steps attend to.
 */
export class KvCache {
  private readonly past = new Map<string, [tf.Tensor, tf.Tensor]>();
  /** Positions filled before the step that is running. */
  filled = 0;

  constructor(readonly capacity: number) {}

  /** The module's keys and values with the new positions' in place: [rows, heads, capacity, width]. */
  extend(path: string, key: tf.Tensor, value: tf.Tensor): [tf.Tensor, tf.Tensor] {
    const past = this.past.get(path);
    if (!past) return [this.padded(key), this.padded(value)];
    const here = tf
      .oneHot(tf.tensor1d([this.filled], "int32"), this.capacity)
      .reshape([1, 1, this.capacity, 1])
      .toBool();
    return [tf.where(here, key, past[0]), tf.where(here, value, past[1])];
  }

  /** Keeps keys and values for the next step; of fewer positions than the capacity, those that are filled. */
  store(path: string, key: tf.Tensor, value: tf.Tensor): void {
    const past = this.past.get(path);
    this.past.set(path, [tf.keep(this.padded(key).clone()), tf.keep(this.padded(value).clone())]);
    if (past) tf.dispose(past);
  }

  dispose(): void {
    for (const pair of this.past.values()) tf.dispose(pair);
    this.past.clear();
  }

  private padded(x: tf.Tensor): tf.Tensor {
    const missing = this.capacity - (x.shape[2] as number);
    return missing === 0
      ? x
      : tf.pad(x, [
          [0, 0],
          [0, 0],
          [0, missing],
          [0, 0],
        ]);
  }
}
