import type { Gpt2Config } from "@insitu/program";
import type { Hooks } from "../hooks.ts";
import * as tf from "../tf.ts";
import { Conv1D } from "./conv1d.ts";
import { Dropout } from "./dropout.ts";
import { type ForwardContext, Module, type WeightSource } from "./module.ts";

/**
 * What a masked score is set to. Finite, because NaN and infinity are undefined in WGSL, and above
 * the -3.402823e38 at which tfjs's softmax starts its maximum: a row that is masked whole (padding)
 * then comes out uniform, as Hugging Face's does.
 */
export const MASKED = -1e30;

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

  override forward(x: tf.Tensor, context: ForwardContext): tf.Tensor {
    const { hooks, cache } = context;
    const [rows, tokens] = x.shape as [number, number];
    let [query, key, value] = this.split(this.cAttn.run(x, context));
    let mask = forRows(context.mask, rows);
    const tapped = hooks?.taps(this.path) === true;
    if (cache && cache.filled > 0) {
      [key, value] = cache.extend(this.path, key, value);
      // Who looks sees the positions there are; otherwise the mask hides the rest of the capacity.
      if (tapped)
        [key, value, mask] = [
          upTo(key, 2, cache.filled + 1),
          upTo(value, 2, cache.filled + 1),
          upTo(mask, 3, cache.filled + 1),
        ];
    }
    if (hooks) {
      [query, key, value] = hooks.visitGroup(
        this.path,
        ["source.query", "source.key", "source.value"],
        [query, key, value],
      ) as Three;
    }
    cache?.store(this.path, key, value);
    const pattern = this.pattern(query, key, { ...context, mask });
    let z = tf.tidy(() => tf.matMul(pattern, value).transpose([0, 2, 1, 3]));
    if (hooks) z = hooks.visit(this.path, "source.z", z);
    const merged = z.reshape([rows, tokens, this.heads * this.headWidth]);
    const hidden = this.residDropout.run(this.cProj.run(merged, context), context);
    return hooks ? (hooks.visitGroup(this.path, ["output.0", "output.1"], [hidden, pattern])[0] as tf.Tensor) : hidden;
  }

  /** Visited in `forward`, where the pattern is still at hand. */
  protected override visitOutput(y: tf.Tensor, _hooks: Hooks): tf.Tensor {
    return y;
  }

  protected override visitSkipped(y: tf.Tensor, hooks: Hooks): tf.Tensor {
    return hooks.visit(this.path, "output.0", y);
  }

  private split(qkv: tf.Tensor): Three {
    const [rows, tokens] = qkv.shape as [number, number];
    return tf.split(qkv, 3, -1).map((part) => {
      const heads = part.reshape([rows, tokens, this.heads, this.headWidth]).transpose([0, 2, 1, 3]);
      part.dispose();
      return heads;
    }) as Three;
  }

  private pattern(query: tf.Tensor, key: tf.Tensor, { hooks, mask, attention }: ForwardContext): tf.Tensor {
    return tf.tidy(() => {
      let scores = tf.tidy(() => tf.where(mask, tf.matMul(query, key, false, true).mul(this.scale), tf.scalar(MASKED)));
      if (hooks) scores = hooks.visit(this.path, "source.scores", scores);
      let pattern = scores.softmax(-1);
      if (attention === "sdpa") pattern = pattern.mul(mask.any(-1, true).toFloat());
      return hooks ? hooks.visit(this.path, "source.pattern", pattern) : pattern;
    });
  }
}

/** The mask of a batch for whole copies of it. */
function forRows(mask: tf.Tensor, rows: number): tf.Tensor {
  const masked = mask.shape[0] as number;
  return masked === rows || masked === 1 ? mask : tf.concat(new Array<tf.Tensor>(rows / masked).fill(mask));
}

/** The first positions along an axis. */
function upTo(x: tf.Tensor, axis: number, count: number): tf.Tensor {
  return tf.slice(
    x,
    x.shape.map(() => 0),
    x.shape.map((d, i) => (i === axis ? count : d)),
  );
}

type Three = [tf.Tensor, tf.Tensor, tf.Tensor];
