import type { Attrs, TensorType } from "@insitu/program";
import type * as tf from "../tf.ts";

/** Runs an operation of the table. Called inside a tidy; `type` is what it must make. */
export type Kernel = (inputs: readonly tf.Tensor[], attrs: Attrs, type: TensorType) => tf.Tensor;

export type Kernels = Record<string, Kernel>;

export const one = (inputs: readonly tf.Tensor[]): tf.Tensor => inputs[0] as tf.Tensor;
export const two = (inputs: readonly tf.Tensor[]): [tf.Tensor, tf.Tensor] => [
  inputs[0] as tf.Tensor,
  inputs[1] as tf.Tensor,
];
