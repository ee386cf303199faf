import type * as tf from "../tf.ts";
import { Module } from "./module.ts";

/** Does nothing when a model is only run, as here; in the tree because it is in the checkpoint's. */
export class Dropout extends Module {
  static readonly className = "Dropout";

  override forward(x: tf.Tensor): tf.Tensor {
    return x;
  }
}
