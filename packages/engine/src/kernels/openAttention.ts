/**
 * Attention step by step, for who looks at queries, keys, values, scores or pattern: every step one
 * dispatch, between the values that the hooks see.
 */
import * as tf from "../tf.ts";
import { causalMask } from "./causalMask.ts";
import { runGpuProgram } from "./gpuProgram.ts";
import { mergeHeads, parted } from "./heads.ts";
import { fusedKernel } from "./register.ts";

/**
 * What a masked score is set to. Finite, because NaN and infinity are undefined in WGSL, and above
 * the -3.402823e38 at which tfjs's softmax starts its maximum: a row that is masked whole (padding)
 * then comes out uniform, as Hugging Face's does.
 */
export const MASKED = -1e30;

/** One of `parts` parts side by side, split into heads: [rows, tokens, parts × width] to [rows, heads, tokens, head width]. */
export function headsOf(x: tf.Tensor, part: number, parts: number, heads: number): tf.Tensor {
  return runHeadsOf({ x }, { part, parts, heads });
}

/**
 * query · keyᵀ × scale, masked: [rows, heads, tokens, keys], of [rows, heads, tokens or keys, head width]
 * and counts int32 [rows, or a fraction of them; keys or more]. The queries are the last tokens.
 */
export function maskedScores(query: tf.Tensor, key: tf.Tensor, counts: tf.Tensor, scale: number): tf.Tensor {
  return runMaskedScores({ query, key, counts }, { scale });
}

/** pattern · value, heads side by side: [rows, tokens, heads × head width]. */
export function mixValues(pattern: tf.Tensor, value: tf.Tensor): tf.Tensor {
  return runMixValues({ pattern, value }, {});
}

interface HeadsOf {
  part: number;
  parts: number;
  heads: number;
}

const runHeadsOf = fusedKernel<{ x: tf.Tensor }, HeadsOf>({
  name: "InsituHeadsOf",
  gpu({ x }, { part, parts, heads }) {
    const [rows, tokens, all] = x.shape as [number, number, number];
    const width = all / parts / heads;
    return runGpuProgram({
      key: "headsOf",
      inputs: { x: { tensor: x } },
      output: { shape: [rows, heads, tokens, width] },
      uniforms: { size: rows * heads * tokens * width, tokens, heads, width, all, offset: (part * all) / parts },
      workgroupSize: 64,
      threads: rows * heads * tokens * width,
      main: `
  if (index >= u.size) { return; }
  let d = index % u.width;
  let token = (index / u.width) % u.tokens;
  let head = (index / (u.width * u.tokens)) % u.heads;
  let row = index / (u.width * u.tokens * u.heads);
  result[index] = x[(row * u.tokens + token) * u.all + u.offset + head * u.width + d];`,
    });
  },
  composition({ x }, { part, parts, heads }) {
    const [rows, tokens, all] = x.shape as [number, number, number];
    const own = tf.slice(x, [0, 0, (part * all) / parts], [rows, tokens, all / parts]);
    return parted(own, heads);
  },
  saves: [],
  gradient: (dy, _saved, { part, parts }) => ({
    x: () => {
      const own = mergeHeads(dy);
      const width = own.shape[2] as number;
      return tf.pad(own, [
        [0, 0],
        [0, 0],
        [part * width, (parts - part - 1) * width],
      ]);
    },
  }),
});

type ScoresInputs = { query: tf.Tensor; key: tf.Tensor; counts: tf.Tensor };

const runMaskedScores = fusedKernel<ScoresInputs, { scale: number }>({
  name: "InsituMaskedScores",
  gpu({ query, key, counts }, { scale }) {
    const [rows, heads, tokens, width] = query.shape as [number, number, number, number];
    const keys = key.shape[2] as number;
    return runGpuProgram({
      key: "maskedScores",
      inputs: { query: { tensor: query }, key: { tensor: key }, counts: { tensor: counts } },
      output: { shape: [rows, heads, tokens, keys] },
      uniforms: {
        size: rows * heads * tokens * keys,
        tokens,
        heads,
        keys,
        width,
        countRows: counts.shape[0] as number,
        countWidth: counts.shape[1] as number,
        scaleF: scale,
      },
      workgroupSize: 64,
      threads: rows * heads * tokens * keys,
      main: `
  if (index >= u.size) { return; }
  let at = index % u.keys;
  let line = index / u.keys;
  let token = line % u.tokens;
  let row = line / (u.tokens * u.heads);
  let counted = counts[(row % u.countRows) * u.countWidth + at];
  if (counted == 0 || at > u.keys - u.tokens + token) { result[index] = ${MASKED}; return; }
  let k0 = ((line / u.tokens) * u.keys + at) * u.width;
  var sum = 0.0;
  for (var d = 0; d < u.width; d++) { sum += query[line * u.width + d] * key[k0 + d]; }
  result[index] = sum * u.scaleF;`,
    });
  },
  composition: ({ query, key, counts }, { scale }) =>
    tf.where(maskOf(query, key, counts), tf.matMul(query, key, false, true).mul(scale), tf.scalar(MASKED)),
  saves: ["query", "key", "counts"],
  gradient(dy, saved, { scale }) {
    const [query, key, counts] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
    const inner = () => tf.where(maskOf(query, key, counts), dy, tf.scalar(0)).mul(scale);
    return {
      query: () => tf.matMul(inner(), key),
      key: () => tf.matMul(inner(), query, true, false),
    };
  },
});

const runMixValues = fusedKernel<{ pattern: tf.Tensor; value: tf.Tensor }, object>({
  name: "InsituMixValues",
  gpu({ pattern, value }) {
    const [rows, heads, tokens, keys] = pattern.shape as [number, number, number, number];
    const width = value.shape[3] as number;
    return runGpuProgram({
      key: "mixValues",
      inputs: { pattern: { tensor: pattern }, value: { tensor: value } },
      output: { shape: [rows, tokens, heads * width] },
      uniforms: { size: rows * tokens * heads * width, tokens, heads, keys, width },
      workgroupSize: 64,
      threads: rows * tokens * heads * width,
      main: `
  if (index >= u.size) { return; }
  let d = index % u.width;
  let head = (index / u.width) % u.heads;
  let token = (index / (u.width * u.heads)) % u.tokens;
  let row = index / (u.width * u.heads * u.tokens);
  let from0 = ((row * u.heads + head) * u.tokens + token) * u.keys;
  let value0 = (row * u.heads + head) * u.keys * u.width + d;
  var sum = 0.0;
  for (var at = 0; at < u.keys; at++) { sum += pattern[from0 + at] * value[value0 + at * u.width]; }
  result[index] = sum;`,
    });
  },
  composition: ({ pattern, value }) => mergeHeads(tf.matMul(pattern, value)),
  saves: ["pattern", "value"],
  gradient(dy, saved) {
    const [pattern, value] = saved as [tf.Tensor, tf.Tensor];
    const headed = () => parted(dy, pattern.shape[1] as number);
    return {
      pattern: () => tf.matMul(headed(), value, false, true),
      value: () => tf.matMul(pattern, headed(), true, false),
    };
  },
});

function maskOf(query: tf.Tensor, key: tf.Tensor, counts: tf.Tensor): tf.Tensor {
  const [rows, , tokens] = query.shape as [number, number, number];
  return causalMask(counts, rows, (key.shape[2] as number) - tokens, tokens);
}
