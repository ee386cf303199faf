import type { Gpt2Config } from "@insitu/program";
import type { Hooks } from "../hooks.ts";
import { embed } from "../kernels/embed.ts";
import * as tf from "../tf.ts";
import { Block } from "./block.ts";
import { Dropout } from "./dropout.ts";
import { Embedding } from "./embedding.ts";
import { LayerNorm } from "./layerNorm.ts";
import { type ForwardContext, Module, type WeightSource } from "./module.ts";
import { Unembedding } from "./unembedding.ts";

/** What the whole model is run on. */
export interface Gpt2Input {
  /** int32 [rows, tokens]. */
  ids: tf.Tensor;
  /** int32 [rows, tokens]. */
  positions: tf.Tensor;
  /** int32 [rows, tokens], for reading. */
  attention: tf.Tensor;
  context: ForwardContext;
}

/** The model with its head: Hugging Face's GPT2LMHeadModel. */
export class Gpt2 extends Module {
  static readonly className = "Gpt2";
  readonly transformer: Transformer;
  readonly lmHead: Unembedding;

  constructor(config: Gpt2Config, source: WeightSource) {
    super("");
    this.transformer = new Transformer("transformer", config, source);
    const tied = config.tieWordEmbeddings ? this.transformer.wte : undefined;
    this.lmHead = new Unembedding("lm_head", config.nEmbd, config.vocabSize, tied, source);
  }

  override submodules(): Module[] {
    return [this.transformer, this.lmHead];
  }

  /** Logits [rows, tokens, vocabulary]. */
  logits({ ids, positions, attention, context }: Gpt2Input): tf.Tensor {
    this.transformer.positions = positions;
    const { hooks } = context;
    return tf.tidy(() => {
      if (!hooks) return this.forward(ids, context);
      const ports = ["inputs.attention_mask", "inputs.position_ids", "input"];
      const [, , input] = hooks.visitGroup(this.path, ports, [attention, positions, ids]);
      return this.visitOutput(this.forward(input as tf.Tensor, context), hooks);
    });
  }

  override forward(ids: tf.Tensor, context: ForwardContext): tf.Tensor {
    const { tokens } = context.mask;
    // A generation predicts from the last position, as Hugging Face's does.
    const { start, count } = context.cache
      ? { start: tokens - 1, count: 1 }
      : (context.hooks?.logits ?? { start: 0, count: tokens });
    const last = count < tokens && start + count === tokens ? count : undefined;
    const hidden = this.transformer.run(ids, { ...context, last });
    const [rows, made, width] = hidden.shape as [number, number, number];
    const ragged = context.hooks?.ragged;
    if (ragged?.isFlat(hidden)) return this.lmHead.run(ragged.pick(hidden, start, count), context);
    const predicted = made > count ? tf.slice(hidden, [0, start, 0], [rows, count, width]) : hidden;
    return this.lmHead.run(predicted, context);
  }

  protected override visitOutput(y: tf.Tensor, hooks: Hooks): tf.Tensor {
    return hooks.visit(this.path, "output.logits", y);
  }
}

/** Embeddings, blocks and the final norm: Hugging Face's GPT2Model. */
class Transformer extends Module {
  static readonly className = "Transformer";
  readonly wte: Embedding;
  /** Set before each run: a module takes one input, and this is the run's second. */
  positions: tf.Tensor | undefined;
  private readonly wpe: Embedding;
  private readonly drop: Dropout;
  private readonly blocks: Block[];
  private readonly lnF: LayerNorm;

  constructor(path: string, config: Gpt2Config, source: WeightSource) {
    super(path);
    this.wte = new Embedding(`${path}.wte`, config.vocabSize, config.nEmbd, source);
    this.wpe = new Embedding(`${path}.wpe`, config.nPositions, config.nEmbd, source);
    this.drop = new Dropout(`${path}.drop`);
    this.blocks = Array.from({ length: config.nLayer }, (_, i) => new Block(`${path}.h.${i}`, config, i, source));
    this.lnF = new LayerNorm(`${path}.ln_f`, config.nEmbd, config.layerNormEpsilon, source);
  }

  override submodules(): Module[] {
    return [this.wte, this.wpe, this.drop, ...this.blocks, this.lnF];
  }

  override forward(ids: tf.Tensor, context: ForwardContext): tf.Tensor {
    let stream = tf.tidy(() => {
      return this.drop.run(this.embed(ids, this.positions as tf.Tensor, context), context);
    });
    const { hooks, last } = context;
    const whole = { ...context, last: undefined };
    for (const block of this.blocks) {
      const narrow = last !== undefined && block === this.blocks.at(-1) && this.canNarrow(block, hooks);
      const next = block.run(stream, narrow ? context : whole);
      stream.dispose();
      stream = next;
    }
    return this.lnF.run(stream, context);
  }

  private canNarrow(block: Block, hooks: Hooks | undefined): boolean {
    return block.canNarrow(hooks) && !hooks?.taps(this.lnF.path) && !hooks?.taps(this.path, "output.last_hidden_state");
  }

  /** Tokens plus positions: one operation where nobody taps the two. */
  private embed(ids: tf.Tensor, positions: tf.Tensor, context: ForwardContext): tf.Tensor {
    const { wte, wpe } = this;
    const { hooks } = context;
    if (hooks && (hooks.taps(wte.path, "output") || hooks.taps(wpe.path, "output")))
      return wte.run(ids, context).add(wpe.run(positions, context));
    return embed(
      hooks?.visit(wte.path, "input", ids) ?? ids,
      hooks?.visit(wpe.path, "input", positions) ?? positions,
      wte.weight.read(),
      wpe.weight.read(),
    );
  }

  protected override visitOutput(y: tf.Tensor, hooks: Hooks): tf.Tensor {
    return hooks.visit(this.path, "output.last_hidden_state", y);
  }
}
