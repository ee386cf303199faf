import type { Gpt2Config } from "@insitu/program";
import type { Hooks } from "../hooks.ts";
import { lastOf } from "../kernels/attention.ts";
import type { RaggedBatch } from "../sweep/raggedBatch.ts";
import * as tf from "../tf.ts";
import { Attention, INNER } from "./attention.ts";
import { LayerNorm } from "./layerNorm.ts";
import { Mlp } from "./mlp.ts";
import { type ForwardContext, Module, type WeightSource } from "./module.ts";

/**
 * One layer: the residual stream plus attention of its norm, plus the MLP of its norm (Hugging
 * Face's GPT2Block). `source.residMid` is the stream between the two.
 */
export class Block extends Module {
  static readonly className = "Block";
  private readonly ln1: LayerNorm;
  private readonly attn: Attention;
  private readonly ln2: LayerNorm;
  private readonly mlp: Mlp;

  constructor(path: string, config: Gpt2Config, layer: number, source: WeightSource) {
    super(path);
    this.ln1 = new LayerNorm(`${path}.ln_1`, config.nEmbd, config.layerNormEpsilon, source);
    this.attn = new Attention(`${path}.attn`, config, layer, source);
    this.ln2 = new LayerNorm(`${path}.ln_2`, config.nEmbd, config.layerNormEpsilon, source);
    this.mlp = new Mlp(`${path}.mlp`, config, source);
  }

  override submodules(): Module[] {
    return [this.ln1, this.attn, this.ln2, this.mlp];
  }

  override forward(x: tf.Tensor, context: ForwardContext): tf.Tensor {
    const mid = tf.tidy(() => {
      const stream = context.last ? lastPositions(x, context.last, context.hooks?.ragged) : x;
      const sum = this.attn.runAdding(stream, this.ln1.run(x, context), context);
      return context.hooks ? context.hooks.visit(this.path, "source.residMid", sum) : sum;
    });
    return this.mlp.runAdding(mid, this.ln2.run(mid, context), context);
  }

  /** Whether nobody would notice if only some positions went on from attention. */
  canNarrow(hooks: Hooks | undefined): boolean {
    if (!hooks) return true;
    const tail = [this.ln2, this.mlp, ...this.mlp.submodules(), ...this.attn.tail];
    return !(
      hooks.taps(this.path, "source.residMid", "output") ||
      hooks.taps(this.attn.path, ...INNER, "source.z", "output.0") ||
      tail.some((module) => hooks.taps(module.path))
    );
  }
}

/** Of every row; of rows again where the batch is ragged. */
function lastPositions(x: tf.Tensor, count: number, ragged: RaggedBatch | undefined): tf.Tensor {
  return ragged?.isFlat(x) ? ragged.pick(x, ragged.tokens - count, count) : lastOf(x, count);
}
