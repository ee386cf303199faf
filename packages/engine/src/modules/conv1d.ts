import * as tf from "../tf.ts";
import { Module, type WeightSource } from "./module.ts";

/** x · weight + bias with weight [in, out]: GPT-2's own linear layer (Hugging Face's Conv1D). */
export class Conv1D extends Module {
  static readonly className = "Conv1D";
  private readonly weight: tf.LayerVariable;
  private readonly bias: tf.LayerVariable;

  constructor(
    path: string,
    private readonly from: number,
    private readonly to: number,
    source: WeightSource,
  ) {
    super(path);
    this.weight = this.load("weight", [from, to], source);
    this.bias = this.load("bias", [to], source);
  }

  override forward(x: tf.Tensor): tf.Tensor {
    const flat = x.reshape([-1, this.from]) as tf.Tensor2D;
    const y = tf.fused.matMul({
      a: flat,
      b: this.weight.read() as tf.Tensor2D,
      transposeA: false,
      transposeB: false,
      bias: this.bias.read(),
    });
    return y.reshape([...x.shape.slice(0, -1), this.to]);
  }

  override computeOutputShape(shape: tf.Shape): tf.Shape {
    return [...shape.slice(0, -1), this.to];
  }
}
