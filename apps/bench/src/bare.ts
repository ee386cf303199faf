/**
 * The engine's own model with nobody looking: no program, no plan, no hooks. What a trace costs is measured
 * against this. The one file that reaches into the engine, past what it offers.
 */
import * as tf from "@tensorflow/tfjs";
import type { EngineHere } from "./engineHere.ts";

/** The engine's Gpt2, as far as this needs it. */
interface Gpt2 {
  logits(input: {
    ids: tf.Tensor;
    positions: tf.Tensor;
    attention: tf.Tensor;
    context: { hooks: undefined; mask: tf.Tensor; attention: "eager" };
  }): tf.Tensor;
}

/** Logits of one row of ids at all positions, read back. */
export async function bareForward({ engine }: EngineHere, ids: readonly number[]): Promise<Float32Array> {
  const { model } = (engine["model"] as unknown as { runnable: { model: Gpt2 } }).runnable;
  const logits = tf.tidy(() => {
    const tokens = ids.length;
    const mask = new Uint8Array(tokens * tokens);
    for (let q = 0; q < tokens; q++) mask.fill(1, q * tokens, q * tokens + q + 1);
    return model.logits({
      ids: tf.tensor2d([...ids], [1, tokens], "int32"),
      positions: tf.range(0, tokens, 1, "int32").reshape([1, tokens]),
      attention: tf.ones([1, tokens], "int32"),
      context: { hooks: undefined, mask: tf.tensor(mask, [1, 1, tokens, tokens], "bool"), attention: "eager" },
    });
  });
  try {
    return (await logits.data()) as Float32Array;
  } finally {
    logits.dispose();
  }
}
