import type { Activation as ActivationName } from "@insitu/program";
import { ACTIVATIONS } from "../kernels/activations.ts";
import type * as tf from "../tf.ts";
import { Module } from "./module.ts";

/** `mlp.act`: the activation function that config.json names (`activation_function`). */
export class Activation extends Module {
  static readonly className = "Activation";

  constructor(
    path: string,
    readonly kind: ActivationName,
  ) {
    super(path);
  }

  override forward(x: tf.Tensor): tf.Tensor {
    return ACTIVATIONS[this.kind].apply(x);
  }
}
