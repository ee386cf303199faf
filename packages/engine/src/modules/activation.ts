import type { Activation as ActivationName } from "@insitu/program";
import * as tf from "../tf.ts";
import { Module } from "./module.ts";

/** `mlp.act`: the activation function that config.json names (`activation_function`). */
export class Activation extends Module {
  static readonly className = "Activation";

  constructor(
    path: string,
    private readonly kind: ActivationName,
  ) {
    super(path);
  }

  override forward(x: tf.Tensor): tf.Tensor {
    return ACTIVATIONS[this.kind](x);
  }
}

const ACTIVATIONS: Record<ActivationName, (x: tf.Tensor) => tf.Tensor> = {
  gelu_new: geluTanh,
  gelu: geluErf,
  relu: (x) => x.relu(),
  silu: (x) => x.mul(x.sigmoid()),
};

/** 0.5x(1 + tanh(√(2/π)(x + 0.044715x³))): Hugging Face's gelu_new (Hendrycks & Gimpel 2016). */
export function geluTanh(x: tf.Tensor): tf.Tensor {
  const inner = x.add(x.mul(x).mul(x).mul(0.044715)).mul(Math.sqrt(2 / Math.PI));
  return x.mul(0.5).mul(inner.tanh().add(1));
}

/** x·Φ(x), the exact GELU. */
export function geluErf(x: tf.Tensor): tf.Tensor {
  return x.mul(0.5).mul(tf.erf(x.mul(Math.SQRT1_2)).add(1));
}
