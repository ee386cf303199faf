import * as tf from "../tf.ts";
import { Module, type WeightSource } from "./module.ts";

/** Rows of a table by id: `wte`, `wpe`. int32 [rows, tokens] to float32 [rows, tokens, width]. */
export class Embedding extends Module {
  static readonly className = "Embedding";
  readonly weight: tf.LayerVariable;

  constructor(
    path: string,
    private readonly count: number,
    private readonly width: number,
    source: WeightSource,
  ) {
    super(path);
    this.weight = this.load("weight", [count, width], source);
  }

  override forward(ids: tf.Tensor): tf.Tensor {
    // The GPU's gather does not check its indices, and an edited id comes from the reader's program.
    const safe = ids.clipByValue(0, this.count - 1).toInt();
    return tf.gather(this.weight.read(), safe);
  }

  override computeOutputShape(shape: tf.Shape): tf.Shape {
    return [...shape, this.width];
  }
}
