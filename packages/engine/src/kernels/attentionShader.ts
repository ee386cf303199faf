/**
 * The shaders of attention. Both keep a running maximum and sum, so that the scores of a query are
 * never all there at once (Milakov & Gimelshein 2018, "Online normalizer calculation for softmax").
 */
import type * as tf from "../tf.ts";
import type { GpuProgram } from "./gpuProgram.ts";
import { kernelStyle } from "./style.ts";

export interface AttentionRequest {
  /** [rows, tokens, 3 × width]. */
  qkv: tf.TensorInfo;
  /** [rows, capacity, 2 × width]: keys and values of all positions; those in `qkv` alone without. */
  kept?: tf.TensorInfo;
  counts: tf.TensorInfo;
  past: number;
  heads: number;
  scale: number;
  kind: "eager" | "sdpa";
  /** How many of the last tokens attend; all unless given. */
  queries?: number | undefined;
  /** Of a ragged batch, `qkv` [1, positions, 3 × width]: int32 [queries, 4], see RaggedBatch, and its rows' length. */
  ragged?: { table: tf.TensorInfo; rowTokens: number } | undefined;
}

export function attentionProgram(request: AttentionRequest): GpuProgram {
  const { qkv, kept, counts, past, heads, scale, kind, ragged } = request;
  const [rows, tokens, width3] = qkv.shape as [number, number, number];
  const width = width3 / 3;
  const quads = width / heads / 4;
  const shared = kernelStyle() === "tiled";
  const queries = ragged ? (ragged.table.shape[0] as number) : (request.queries ?? tokens);
  const lines = rows * heads * queries;
  return {
    key: `attention_${shared}_${quads}_${kept ? "kept" : ragged ? "ragged" : "own"}_${kind}`,
    inputs: {
      qkv: { tensor: qkv, components: 4 },
      ...(kept ? { kept: { tensor: kept, components: 4 as const } } : {}),
      counts: { tensor: counts },
      ...(ragged ? { table: { tensor: ragged.table, components: 4 as const } } : {}),
    },
    output: { shape: [rows, queries, width], components: 4 },
    uniforms: {
      rows,
      tokens,
      queries,
      heads,
      width: width / 4,
      past: past + tokens - queries,
      countRows: counts.shape[0] as number,
      countWidth: counts.shape[1] as number,
      capacity: (kept ?? qkv).shape[1] as number,
      rowTokens: ragged?.rowTokens ?? 0,
      scaleF: scale,
    },
    workgroupSize: shared ? GROUP : 4,
    ...(shared ? { workgroups: lines } : { threads: lines }),
    declarations: shared ? sharedMemory(quads) : "",
    main: `
  let line = index ${shared ? `/ ${GROUP}` : ""};
  let token = line % u.queries;
  let head = (line / u.queries) % u.heads;
  let row = line / (u.queries * u.heads);
  let inside = row < u.rows;
  let out0 = (row * u.queries + token) * u.width + head * ${quads};
  ${ragged ? raggedPlaces(quads) : places(kept !== undefined, quads)}
  ${(shared ? byGroup(quads, kind) : byThread(quads, kind))
    .replaceAll("SOURCE", kept ? "kept" : "qkv")
    .replaceAll(/PLACE\(([^()]+)\)/g, ragged ? "select(own0 + $1, shared0 + $1, $1 < start)" : "($1)")}`,
  };
}

/** What a query sees, where it, keys and values begin, and how far apart two positions of them are. */
function places(kept: boolean, quads: number): string {
  return `
  let keys = u.past + u.queries;
  let until = u.past + token + 1;
  let counted = (row % u.countRows) * u.countWidth;
  let q0 = (row * u.tokens + u.tokens - u.queries + token) * 3 * u.width + head * ${quads};
  ${kept ? keptPlaces(quads) : ownPlaces(quads)}`;
}

/** Keys before its copy's start are those of the shared row, the others stand before the query itself. */
function raggedPlaces(quads: number): string {
  return `
  let query = table[token];
  let until = query.y;
  let shared0 = query.z;
  let start = query.w;
  let own0 = query.x + 1 - until;
  let keys = u.rowTokens;
  let counted = ((shared0 / u.rowTokens) % u.countRows) * u.countWidth;
  let q0 = query.x * 3 * u.width + head * ${quads};
  let stride = 3 * u.width;
  let key0 = u.width + head * ${quads};
  let value0 = key0 + u.width;`;
}

const keptPlaces = (quads: number): string => `let stride = 2 * u.width;
  let key0 = row * u.capacity * stride + head * ${quads};
  let value0 = key0 + u.width;`;

const ownPlaces = (quads: number): string => `let stride = 3 * u.width;
  let key0 = row * u.capacity * stride + u.width + head * ${quads};
  let value0 = key0 + u.width;`;

/** A thread a query: for software adapters. Written out for each part of a head, which stays in registers so. */
function byThread(quads: number, kind: "eager" | "sdpa"): string {
  const each = (line: (d: number) => string) => Array.from({ length: quads }, (_, d) => line(d)).join(" ");
  return `
  if (!inside) { return; }
  ${each((d) => `let asked${d} = qkv[q0 + ${d}] * u.scaleF; var sum${d} = vec4<f32>(0.0);`)}
  var highest = -3.0e38;
  var total = 0.0;
  // Without branches, which threads side by side would all have to take.
  for (var key = 0; key < until; key++) {
    let k0 = key0 + PLACE(key) * stride;
    let v0 = value0 + PLACE(key) * stride;
    let counts0 = counts[counted + key] != 0;
    var product = vec4<f32>(0.0);
    ${each((d) => `product = fma(asked${d}, SOURCE[k0 + ${d}], product);`)}
    let score = select(-3.0e38, dot(product, vec4<f32>(1.0)), counts0);
    let before = highest;
    highest = max(highest, score);
    let fade = exp(before - highest);
    let weight = select(0.0, exp(score - highest), counts0);
    total = total * fade + weight;
    ${each((d) => `sum${d} = sum${d} * fade + weight * SOURCE[v0 + ${d}];`)}
  }
  if (total == 0.0) {
    ${
      kind === "eager"
        ? `for (var key = 0; key < keys; key++) {
      let v0 = value0 + PLACE(key) * stride;
      ${each((d) => `sum${d} += SOURCE[v0 + ${d}];`)}
    }
    total = f32(keys);`
        : "total = 1.0;"
    }
  }
  ${each((d) => `result[out0 + ${d}] = sum${d} / total;`)}`;
}

const GROUP = 64;

function sharedMemory(quads: number): string {
  return `
var<workgroup> q : array<vec4<f32>, ${quads}>;
var<workgroup> scores : array<f32, ${GROUP}>;
var<workgroup> last : i32;`;
}

/** A workgroup a query: a chunk's scores by threads over keys, its values by threads over the head's width. */
function byGroup(quads: number, kind: "eager" | "sdpa"): string {
  const mine = Math.ceil(quads / GROUP);
  return `
  let thread = index % ${GROUP};
  for (var d = thread; inside && d < ${quads}; d += ${GROUP}) { q[d] = qkv[q0 + d] * u.scaleF; }
  if (thread == 0) { last = select(0, until, inside); }
  let end = workgroupUniformLoad(&last);
  var sum : array<vec4<f32>, ${mine}>;
  var highest = -3.0e38;
  var total = 0.0;
  for (var first = 0; first < end; first += ${GROUP}) {
    let key = first + thread;
    var score = -3.0e38;
    if (key < end && counts[counted + key] != 0) {
      score = 0.0;
      for (var d = 0; d < ${quads}; d++) { score += dot(q[d], SOURCE[key0 + PLACE(key) * stride + d]); }
    }
    scores[thread] = score;
    workgroupBarrier();
    let before = highest;
    for (var i = 0; i < ${GROUP}; i++) { highest = max(highest, scores[i]); }
    workgroupBarrier();
    scores[thread] = select(0.0, exp(score - highest), score > -2.0e38);
    workgroupBarrier();
    let fade = exp(before - highest);
    total *= fade;
    for (var d = 0; d < ${mine}; d++) { sum[d] *= fade; }
    let count = min(${GROUP}, end - first);
    for (var i = 0; i < count; i++) {
      let weight = scores[i];
      total += weight;
      for (var d = 0; d < ${mine}; d++) {
        let at = thread + d * ${GROUP};
        if (at < ${quads}) { sum[d] += weight * SOURCE[value0 + PLACE(first + i) * stride + at]; }
      }
    }
    workgroupBarrier();
  }
  for (var d = 0; inside && d < ${mine}; d++) {
    let at = thread + d * ${GROUP};
    if (at >= ${quads}) { continue; }
    if (total == 0.0) {
      ${kind === "eager" ? `for (var key = 0; key < keys; key++) { sum[d] += SOURCE[value0 + PLACE(key) * stride + at]; }` : ""}
    }
    result[out0 + at] = sum[d] / select(total, ${kind === "eager" ? "f32(keys)" : "1.0"}, total == 0.0);
  }`;
}
