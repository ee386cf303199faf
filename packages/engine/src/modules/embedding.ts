import { lookUp } from "../kernels/embed.ts";
import type * as tf from "../tf.ts";
import { Module, type WeightSource } from "./module.ts";

/** Rows of a table by id: `wte`, `wpe`. int32 [rows, tokens] to float32 [rows, tokens, width]. */
export class Embedding extends Module {
  static readonly className = "Embedding";
  readonly weight: tf.LayerVariable;

  constructor(
    path: string,
    count: number,
    private readonly width: number,
    source: WeightSource,
  ) {
    super(path);
    this.weight = this.load("weight", [count, width], source);
  }

  override forward(ids: tf.Tensor): tf.Tensor {
    // An edited id comes from the reader's program, and may be any number.
    return lookUp(this.weight.read(), ids);
  }

  override computeOutputShape(shape: tf.Shape): tf.Shape {
    return [...shape, this.width];
  }
}
