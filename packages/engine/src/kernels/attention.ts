/**
 * Causal attention from queries, keys and values as c_attn makes them to what c_proj takes, the
 * pattern never written out: one dispatch.
 */
import * as tf from "../tf.ts";
import { attentionProgram } from "./attentionShader.ts";
import { causalMask } from "./causalMask.ts";
import { runGpuProgram } from "./gpuProgram.ts";
import { mergeHeads, parted } from "./heads.ts";
import { headsOf, maskedScores, mixValues } from "./openAttention.ts";
import { fusedKernel } from "./register.ts";

export interface AttentionOptions {
  heads: number;
  /** Multiplies the scores. */
  scale: number;
  /** How many of the last tokens attend; all unless given. */
  queries?: number;
  /** What a query that may attend to nothing gets: the mean of all values, or zero. */
  kind: "eager" | "sdpa";
}

export interface AttentionInputs extends tf.NamedTensorMap {
  /** float32 [rows, tokens, 3 × width]: queries, keys and values side by side. */
  qkv: tf.Tensor;
  /** int32 [rows, or a fraction of them; keys or more]: 1 where a position counts. */
  counts: tf.Tensor;
}

/** float32 [rows, tokens, 3 × width] to [rows, queries, width]; every head's values side by side. */
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

/**
 * The same in a ragged batch: `qkv` float32 [1, positions, 3 × width], `table` int32 [queries, 4] as
 * RaggedBatch makes it, of rows of `rowTokens` tokens. Gives [1, queries, width]. WebGPU only; no gradient.
 */
export function attendRagged(
  qkv: tf.Tensor,
  table: tf.Tensor,
  counts: tf.Tensor,
  rowTokens: number,
  options: AttentionOptions,
): tf.Tensor {
  const request = { qkv, counts, past: 0, ...options, ragged: { table, rowTokens } };
  return tf.engine().makeTensorFromTensorInfo(runGpuProgram(attentionProgram(request)));
}

/** Whether the shader takes heads of this width. */
export const takesHeads = (headWidth: number): boolean => headWidth % 4 === 0;

const runAttend = fusedKernel<AttentionInputs, AttentionOptions>({
  name: "InsituAttention",
  gpu({ qkv, counts }, options) {
    const width = (qkv.shape[2] as number) / 3;
    if (!takesHeads(width / options.heads)) return undefined;
    return runGpuProgram(attentionProgram({ qkv, counts, past: 0, ...options }));
  },
  composition({ qkv, counts }, options) {
    const { query, key, value } = split(qkv, options);
    return mixValues(patternOf(query, key, counts, options), value);
  },
  saves: ["qkv", "counts"],
  gradient(dy, saved, options) {
    const [qkv, counts] = saved as [tf.Tensor, tf.Tensor];
    return {
      qkv: () => {
        const { query, key, value } = split(qkv, options);
        const [rows, queries] = dy.shape as [number, number];
        const silent = (qkv.shape[1] as number) - queries;
        const dz = parted(dy, options.heads);
        const weights = patternOf(query, key, counts, options);
        const dPattern = tf.matMul(dz, value, false, true);
        const centred = dPattern.sub(dPattern.mul(weights).sum(-1, true));
        const mask = causalMask(counts, rows, silent, queries);
        const dScores = tf.where(mask, weights.mul(centred), tf.scalar(0)).mul(options.scale);
        const dQuery = tf.matMul(dScores, key);
        const parts = [
          tf.pad(dQuery, [
            [0, 0],
            [0, 0],
            [silent, 0],
            [0, 0],
          ]),
          tf.matMul(dScores, query, true, false),
          tf.matMul(weights, dz, true, false),
        ];
        return tf.concat(parts.map(mergeHeads), -1);
      },
    };
  },
});

function split(qkv: tf.Tensor, options: AttentionOptions): Record<"query" | "key" | "value", tf.Tensor> {
  const { heads, queries } = options;
  const part = (x: tf.Tensor, i: number) => headsOf(x, i, 3, heads);
  return { query: part(queries ? lastOf(qkv, queries) : qkv, 0), key: part(qkv, 1), value: part(qkv, 2) };
}

/** The last positions of [rows, tokens, width]. */
export function lastOf(x: tf.Tensor, count: number): tf.Tensor {
  const [rows, tokens, width] = x.shape as [number, number, number];
  return count === tokens ? x : tf.slice(x, [0, tokens - count, 0], [rows, count, width]);
}

function patternOf(query: tf.Tensor, key: tf.Tensor, counts: tf.Tensor, { scale, kind }: AttentionOptions): tf.Tensor {
  return patternFrom(maskedScores(query, key, counts, scale), counts, kind);
}

/** The pattern from masked scores [rows, heads, tokens, keys]: their softmax; in "sdpa", zero where all are masked. */
export function patternFrom(scores: tf.Tensor, counts: tf.Tensor, kind: "eager" | "sdpa"): tf.Tensor {
  const weights = scores.softmax(-1);
  if (kind === "eager") return weights;
  const [rows, , tokens, keys] = scores.shape as [number, number, number, number];
  return weights.mul(
    causalMask(counts, rows, keys - tokens, tokens)
      .any(-1, true)
      .toFloat(),
  );
}
