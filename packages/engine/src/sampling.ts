/** The next token of each row, chosen on the device. */
import type { Generation } from "@insitu/program";
import { MASKED } from "./kernels/openAttention.ts";
import * as tf from "./tf.ts";

/** int32 [rows] from logits [rows, vocabulary]; sampling draws one number a row from seed and step. */
export function nextTokens(logits: tf.Tensor2D, generation: Generation, step: number): tf.Tensor1D {
  return tf.tidy(() => {
    if (!generation.doSample) return tf.argMax(logits, -1) as tf.Tensor1D;
    const probabilities = filtered(logits, generation).softmax(-1);
    const rows = logits.shape[0];
    // Drawn on the CPU: the same on every backend.
    const drawn = tf.randomUniform([rows, 1], 0, 1, "float32", `${generation.seed ?? 0}/${step}`);
    // The first token at which the running sum passes the number drawn; rounding may leave it short of 1.
    const passed = tf.cumsum(probabilities, 1).greater(drawn.mul(0.999999));
    return tf.argMax(passed.toInt(), -1) as tf.Tensor1D;
  });
}

/** Logits divided by the temperature, those outside top-k and top-p masked (Holtzman et al. 2020). */
function filtered(logits: tf.Tensor2D, { temperature = 1, topK, topP }: Generation): tf.Tensor2D {
  const vocabulary = logits.shape[1];
  let kept = logits.div(temperature) as tf.Tensor2D;
  if (topK !== undefined && topK < vocabulary) kept = atLeast(kept, tf.topk(kept, topK).values.min(-1, true));
  if (topP !== undefined && topP < 1) {
    const sorted = tf.topk(kept, vocabulary).values;
    const before = tf.cumsum(sorted.softmax(-1), 1, true);
    // The most likely token has nothing before it, so one always stays.
    const smallest = tf.where(before.less(topP), sorted as tf.Tensor, tf.scalar(-MASKED) as tf.Tensor).min(-1, true);
    kept = atLeast(kept, smallest);
  }
  return kept;
}

function atLeast(logits: tf.Tensor2D, threshold: tf.Tensor): tf.Tensor2D {
  return tf.where(logits.greaterEqual(threshold), logits as tf.Tensor, tf.scalar(MASKED)) as tf.Tensor2D;
}
