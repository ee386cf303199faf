import * as tf from "./tf.ts";

/**
 * Keys and values of all positions so far, by attention module: a generation's step runs on the new
 * token alone. What was edited at `source.key` and `source.value` is what later steps attend to.
 */
export class KvCache {
  private readonly past = new Map<string, [tf.Tensor, tf.Tensor]>();

  /** The module's keys and values with the new positions' at the end: [rows, heads, positions, width]. */
  extend(path: string, key: tf.Tensor, value: tf.Tensor): [tf.Tensor, tf.Tensor] {
    const past = this.past.get(path);
    return past ? [tf.concat([past[0], key], 2), tf.concat([past[1], value], 2)] : [key, value];
  }

  /** Keeps what `extend` gave, as it was edited, for the next step. */
  store(path: string, key: tf.Tensor, value: tf.Tensor): void {
    const past = this.past.get(path);
    this.past.set(path, [tf.keep(key.clone()), tf.keep(value.clone())]);
    if (past) tf.dispose(past);
  }

  dispose(): void {
    for (const pair of this.past.values()) tf.dispose(pair);
    this.past.clear();
  }
}
