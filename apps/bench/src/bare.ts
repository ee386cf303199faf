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
    context: { hooks: undefined; mask: { counts: tf.Tensor; past: number; tokens: number }; attention: "eager" };
  }): tf.Tensor;
}

/** Logits of one row of ids at all positions, read back. */
export async function bareForward({ engine }: EngineHere, ids: readonly number[]): Promise<Float32Array> {
  const { model } = (engine["model"] as unknown as { runnable: { model: Gpt2 } }).runnable;
  const logits = tf.tidy(() => {
    const tokens = ids.length;
    const counts = tf.ones([1, tokens], "int32");
    return model.logits({
      ids: tf.tensor2d([...ids], [1, tokens], "int32"),
      positions: tf.range(0, tokens, 1, "int32").reshape([1, tokens]),
      attention: counts,
      context: { hooks: undefined, mask: { counts, past: 0, tokens }, attention: "eager" },
    });
  });
  try {
    return (await logits.data()) as Float32Array;
  } finally {
    logits.dispose();
  }
}
