import type { Gpt2Config } from "@insitu/program";
import type { Hooks } from "../hooks.ts";
import {
  type AttentionOptions,
  attend,
  attendRagged,
  attendTo,
  patternFrom,
  takesHeads,
} from "../kernels/attention.ts";
import { onGpu } from "../kernels/gpuProgram.ts";
import { mergeHeads } from "../kernels/heads.ts";
import { headsOf, maskedScores, mixValues } from "../kernels/openAttention.ts";
import type { RaggedBatch } from "../sweep/raggedBatch.ts";
import * as tf from "../tf.ts";
import { Conv1D } from "./conv1d.ts";
import { Dropout } from "./dropout.ts";
import { type ForwardContext, Module, type WeightSource } from "./module.ts";

/** What the fused attention never writes out. */
export const INNER = ["source.query", "source.key", "source.value", "source.scores", "source.pattern", "output.1"];

/**
 * Causal self-attention with query, key and value in one matrix (Hugging Face's GPT2Attention,
 * eager). Returns the hidden state; the pattern is its second output, for reading.
 *
 * `source.query`, `.key`, `.value` [rows, heads, tokens, head width]; `.scores` (scaled and masked)
 * and `.pattern` [rows, heads, tokens, keys]; `.z` [rows, tokens, heads, head width].
 */
export class Attention extends Module {
  static readonly className = "Attention";
  private readonly cAttn: Conv1D;
  private readonly cProj: Conv1D;
  private readonly residDropout: Dropout;
  private readonly heads: number;
  private readonly headWidth: number;
  private readonly scale: number;

  constructor(path: string, config: Gpt2Config, layer: number, source: WeightSource) {
    super(path);
    const width = config.nEmbd;
    this.heads = config.nHead;
    this.headWidth = width / config.nHead;
    this.scale =
      (config.scaleAttnWeights ? 1 / Math.sqrt(this.headWidth) : 1) /
      (config.scaleAttnByInverseLayerIdx ? layer + 1 : 1);
    this.cAttn = new Conv1D(`${path}.c_attn`, width, 3 * width, source);
    this.cProj = new Conv1D(`${path}.c_proj`, width, width, source);
    this.residDropout = new Dropout(`${path}.resid_dropout`);
  }

  override submodules(): Module[] {
    return [this.cAttn, this.cProj, this.residDropout];
  }

  /** What runs on what the heads give. */
  get tail(): Module[] {
    return [this.cProj, this.residDropout];
  }

  override forward(x: tf.Tensor, context: ForwardContext, residual?: tf.Tensor): tf.Tensor {
    const { hooks } = context;
    const qkv = this.cAttn.run(x, context);
    const fused = hooks?.taps(this.path, ...INNER) !== true;
    const { merged, pattern } = fused
      ? { merged: this.fused(qkv, context), pattern: undefined }
      : this.open(qkv, context);
    const mixed = hooks ? this.visitZ(merged, hooks) : merged;
    if (residual) return this.cProj.runAdding(residual, mixed, context);
    const hidden = this.residDropout.run(this.cProj.run(mixed, context), context);
    if (!hooks) return hidden;
    return pattern
      ? (hooks.visitGroup(this.path, ["output.0", "output.1"], [hidden, pattern])[0] as tf.Tensor)
      : hooks.visit(this.path, "output.0", hidden);
  }

  protected override canAdd({ hooks }: ForwardContext): boolean {
    return !hooks || !(hooks.taps(this.path, "output.0", "output.1") || hooks.taps(this.residDropout.path));
  }

  /** Visited in `forward`, where the pattern is still at hand. */
  protected override visitOutput(y: tf.Tensor, _hooks: Hooks): tf.Tensor {
    return y;
  }

  protected override visitSkipped(y: tf.Tensor, hooks: Hooks): tf.Tensor {
    return hooks.visit(this.path, "output.0", y);
  }

  private get options(): Pick<AttentionOptions, "heads" | "scale"> {
    return { heads: this.heads, scale: this.scale };
  }

  /** Nobody looks inside: the pattern is never written out. */
  private fused(qkv: tf.Tensor, context: ForwardContext): tf.Tensor {
    const { mask, attention, cache, last, hooks } = context;
    const options = { ...this.options, kind: attention, ...(last ? { queries: last } : {}) };
    const ragged = hooks?.ragged;
    if (ragged?.isFlat(qkv)) return this.fusedRagged(qkv, ragged, context, options);
    cache?.append(this.path, qkv);
    if (!cache || cache.filled === 0) return attend(qkv, mask.counts, options);
    if (onGpu() && takesHeads(this.headWidth))
      return attendTo(qkv, cache.of(this.path) as tf.Tensor, mask.counts, cache.filled, options);
    const { query, key, value } = this.split(qkv, context);
    // One token at a time: the last is the only one.
    const pattern = patternFrom(maskedScores(query, key, mask.counts, this.scale), mask.counts, attention);
    return mixValues(pattern, value);
  }

  /** In a ragged batch; of rows again where only their last positions go on. */
  private fusedRagged(
    qkv: tf.Tensor,
    ragged: RaggedBatch,
    { mask, last }: ForwardContext,
    options: AttentionOptions,
  ): tf.Tensor {
    const { tokens } = ragged;
    if (!onGpu() || !takesHeads(this.headWidth)) {
      const rows = attend(ragged.pick(qkv, 0, tokens), mask.counts, options);
      return last ? rows : ragged.flatten(rows);
    }
    const table = last ? ragged.tableOf(tokens - last, last) : ragged.table();
    const flat = attendRagged(qkv, table, mask.counts, tokens, options);
    return last ? flat.reshape([-1, last, this.heads * this.headWidth]) : flat;
  }

  /** Step by step, every value passing the hooks. */
  private open(qkv: tf.Tensor, context: ForwardContext): { merged: tf.Tensor; pattern: tf.Tensor } {
    const { mask, attention, cache } = context;
    const hooks = context.hooks as Hooks;
    cache?.append(this.path, qkv);
    const before = this.split(qkv, context);
    const ports = ["source.query", "source.key", "source.value"];
    const [query, key, value] = hooks.visitGroup(this.path, ports, [before.query, before.key, before.value]) as Three;
    if (cache && (key !== before.key || value !== before.value))
      cache.replace(this.path, tf.concat([mergeHeads(key), mergeHeads(value)], -1));
    const masked = maskedScores(query, key, mask.counts, this.scale);
    const scores = hooks.visit(this.path, "source.scores", masked);
    const pattern = hooks.visit(this.path, "source.pattern", patternFrom(scores, mask.counts, attention));
    return { merged: mixValues(pattern, value), pattern };
  }

  /** Queries of the step's own tokens; keys and values of all there are. */
  private split(qkv: tf.Tensor, { cache, mask }: ForwardContext): Record<"query" | "key" | "value", tf.Tensor> {
    const query = headsOf(qkv, 0, 3, this.heads);
    if (!cache || cache.filled === 0)
      return { query, key: headsOf(qkv, 1, 3, this.heads), value: headsOf(qkv, 2, 3, this.heads) };
    const kept = cache.upTo(this.path, mask.past + mask.tokens);
    return { query, key: headsOf(kept, 0, 2, this.heads), value: headsOf(kept, 1, 2, this.heads) };
  }

  private visitZ(merged: tf.Tensor, hooks: Hooks): tf.Tensor {
    if (!hooks.taps(this.path, "source.z")) return merged;
    const [rows, tokens, width] = merged.shape as [number, number, number];
    const z = hooks.visit(this.path, "source.z", merged.reshape([rows, tokens, this.heads, this.headWidth]));
    return z.reshape([rows, tokens, width]);
  }
}

type Three = [tf.Tensor, tf.Tensor, tf.Tensor];
