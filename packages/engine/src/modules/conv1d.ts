import { linear } from "../kernels/linear.ts";
import type * as tf from "../tf.ts";
import type { Activation } from "./activation.ts";
import { type ForwardContext, Module, type WeightSource } from "./module.ts";

/** x · weight + bias with weight [in, out]: GPT-2's own linear layer (Hugging Face's Conv1D). */
export class Conv1D extends Module {
  static readonly className = "Conv1D";
  private readonly weight: tf.LayerVariable;
  private readonly bias: tf.LayerVariable;

  constructor(
    path: string,
    from: number,
    private readonly to: number,
    source: WeightSource,
  ) {
    super(path);
    this.weight = this.load("weight", [from, to], source);
    this.bias = this.load("bias", [to], source);
  }

  override forward(x: tf.Tensor, _context: ForwardContext, residual?: tf.Tensor): tf.Tensor {
    return linear(x, this.weight.read(), this.bias.read(), { residual });
  }

  /** The activation of this layer's output: one operation where nobody taps what stands between. */
  runActivated(x: tf.Tensor, activation: Activation, context: ForwardContext): tf.Tensor {
    const { hooks } = context;
    if (hooks && (hooks.taps(this.path, "output") || hooks.taps(activation.path, "input")))
      return activation.run(this.run(x, context), context);
    const input = hooks?.visit(this.path, "input", x) ?? x;
    const y = linear(input, this.weight.read(), this.bias.read(), { activation: activation.kind });
    return hooks?.visit(activation.path, "output", y) ?? y;
  }

  protected override canAdd({ hooks }: ForwardContext): boolean {
    return hooks?.taps(this.path, "output") !== true;
  }

  override computeOutputShape(shape: tf.Shape): tf.Shape {
    return [...shape.slice(0, -1), this.to];
  }
}
