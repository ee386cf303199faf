/**
 * Causal attention from queries, keys and values as c_attn makes them to what c_proj takes, the
 * pattern never written out: one dispatch.
 */
import * as tf from "../tf.ts";
import { attentionProgram } from "./attentionShader.ts";
import { causalMask } from "./causalMask.ts";
import { runGpuProgram } from "./gpuProgram.ts";
import { fusedKernel } from "./register.ts";

/**
 * What a masked score is set to. Finite, because NaN and infinity are undefined in WGSL, and above
 * the -3.402823e38 at which tfjs's softmax starts its maximum: a row that is masked whole (padding)
 * then comes out uniform, as Hugging Face's does.
 */
export const MASKED = -1e30;

export interface AttentionOptions {
  heads: number;
  /** Multiplies the scores. */
  scale: number;
  /** What a query that may attend to nothing gets: the mean of all values, or zero. */
  kind: "eager" | "sdpa";
}

export interface AttentionInputs extends tf.NamedTensorMap {
  /** float32 [rows, tokens, 3 × width]: queries, keys and values side by side. */
  qkv: tf.Tensor;
  /** int32 [rows, or a fraction of them; keys or more]: 1 where a position counts. */
  counts: tf.Tensor;
}

/** float32 [rows, tokens, 3 × width] to [rows, tokens, width]; every head's values side by side. */
export function attend(qkv: tf.Tensor, counts: tf.Tensor, options: AttentionOptions): tf.Tensor {
  return runAttend({ qkv, counts }, options);
}

/**
 * The same for the last tokens of a longer sequence: `kept` float32 [rows, capacity, 2 × width] holds
 * keys and values of all positions, the `past` ones and those of `qkv`. WebGPU only; no gradient.
 */
export function attendTo(
  qkv: tf.Tensor,
  kept: tf.Tensor,
  counts: tf.Tensor,
  past: number,
  options: AttentionOptions,
): tf.Tensor {
  return tf.engine().makeTensorFromTensorInfo(runGpuProgram(attentionProgram({ qkv, kept, counts, past, ...options })));
}

/** Whether the shader takes heads of this width. */
export const takesHeads = (headWidth: number): boolean => headWidth % 4 === 0;

/** Queries, keys and values [rows, heads, tokens, head width], of what c_attn makes. */
export function splitHeads(qkv: tf.Tensor, heads: number): [tf.Tensor, tf.Tensor, tf.Tensor] {
  const [rows, tokens, width] = qkv.shape as [number, number, number];
  return tf.split(qkv, 3, -1).map((part) => {
    const headed = part.reshape([rows, tokens, heads, width / 3 / heads]).transpose([0, 2, 1, 3]);
    part.dispose();
    return headed;
  }) as [tf.Tensor, tf.Tensor, tf.Tensor];
}

/** [rows, heads, tokens, head width] to [rows, tokens, heads × head width]. */
export function mergeHeads(x: tf.Tensor): tf.Tensor {
  const [rows, heads, tokens, width] = x.shape as [number, number, number, number];
  return x.transpose([0, 2, 1, 3]).reshape([rows, tokens, heads * width]);
}

const runAttend = fusedKernel<AttentionInputs, AttentionOptions>({
  name: "InsituAttention",
  gpu({ qkv, counts }, options) {
    const width = (qkv.shape[2] as number) / 3;
    if (!takesHeads(width / options.heads)) return undefined;
    return runGpuProgram(attentionProgram({ qkv, counts, past: 0, ...options }));
  },
  composition({ qkv, counts }, options) {
    const [query, key, value] = splitHeads(qkv, options.heads);
    return mergeHeads(tf.matMul(pattern(query, key, counts, options), value));
  },
  saves: ["qkv", "counts"],
  gradient(dy, [qkv, counts], options) {
    return {
      qkv: () => {
        const { heads, scale } = options;
        const [query, key, value] = splitHeads(qkv as tf.Tensor, heads);
        const [rows, tokens, width] = dy.shape as [number, number, number];
        const dz = dy.reshape([rows, tokens, heads, width / heads]).transpose([0, 2, 1, 3]);
        const weights = pattern(query, key, counts as tf.Tensor, options);
        const dPattern = tf.matMul(dz, value, false, true);
        const centred = dPattern.sub(dPattern.mul(weights).sum(-1, true));
        const allowed = causalMask(counts as tf.Tensor, rows, 0, tokens);
        const dScores = tf.where(allowed, weights.mul(centred), tf.scalar(0)).mul(scale);
        const parts = [
          tf.matMul(dScores, key),
          tf.matMul(dScores, query, true, false),
          tf.matMul(weights, dz, true, false),
        ];
        return tf.concat(parts.map(mergeHeads), -1);
      },
    };
  },
});

function pattern(query: tf.Tensor, key: tf.Tensor, counts: tf.Tensor, { scale, kind }: AttentionOptions): tf.Tensor {
  const [rows, , tokens] = query.shape as [number, number, number];
  const mask = causalMask(counts, rows, 0, tokens);
  return softmaxOf(tf.where(mask, tf.matMul(query, key, false, true).mul(scale), tf.scalar(MASKED)), mask, kind);
}

/** The pattern from masked scores. */
export function softmaxOf(scores: tf.Tensor, mask: tf.Tensor, kind: "eager" | "sdpa"): tf.Tensor {
  const weights = scores.softmax(-1);
  return kind === "sdpa" ? weights.mul(mask.any(-1, true).toFloat()) : weights;
}
