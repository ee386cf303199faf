import { layerNorm } from "../kernels/layerNorm.ts";
import type * as tf from "../tf.ts";
import { type ForwardContext, Module, type WeightSource } from "./module.ts";

/**
 * (x - mean) / √(variance + ε) · weight + bias over the last axis, variance of the population
 * (Ba et al. 2016; torch.nn.LayerNorm). `source.scale` is √(variance + ε), `source.normalized` the
 * quotient, as TransformerLens's hook_scale and hook_normalized.
 */
export class LayerNorm extends Module {
  static readonly className = "LayerNorm";
  private readonly weight: tf.LayerVariable;
  private readonly bias: tf.LayerVariable;

  constructor(
    path: string,
    width: number,
    private readonly epsilon: number,
    source: WeightSource,
  ) {
    super(path);
    this.weight = this.load("weight", [width], source);
    this.bias = this.load("bias", [width], source);
  }

  override forward(x: tf.Tensor, { hooks }: ForwardContext): tf.Tensor {
    if (!hooks?.taps(this.path, "source.scale", "source.normalized"))
      return layerNorm(x, this.weight.read(), this.bias.read(), this.epsilon);
    const centred = x.sub(x.mean(-1, true));
    let scale = centred.square().mean(-1, true).add(this.epsilon).sqrt() as tf.Tensor;
    scale = hooks.visit(this.path, "source.scale", scale);
    const normalized = hooks.visit(this.path, "source.normalized", centred.div(scale));
    return normalized.mul(this.weight.read()).add(this.bias.read());
  }
}
