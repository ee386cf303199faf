import { linearTransposed } from "../kernels/linear.ts";
import type * as tf from "../tf.ts";
import type { Embedding } from "./embedding.ts";
import { Module, type WeightSource } from "./module.ts";

/** `lm_head`: x · weightᵀ with weight [vocabulary, width], tied to `wte` unless the config says not. */
export class Unembedding extends Module {
  static readonly className = "Unembedding";
  private readonly weight: tf.LayerVariable;

  constructor(
    path: string,
    width: number,
    private readonly vocabSize: number,
    tied: Embedding | undefined,
    source: WeightSource,
  ) {
    super(path);
    if (tied) {
      this.weight = tied.weight;
      this.share("weight", tied.weight);
    } else this.weight = this.load("weight", [vocabSize, width], source);
  }

  override forward(x: tf.Tensor): tf.Tensor {
    return linearTransposed(x, this.weight.read());
  }

  override computeOutputShape(shape: tf.Shape): tf.Shape {
    return [...shape.slice(0, -1), this.vocabSize];
  }
}
