import type { Attrs } from "@insitu/program";
import * as tf from "../tf.ts";
import { einsum } from "./einsum.ts";
import { type Kernels, one, two } from "./kernel.ts";

export const linear: Kernels = {
  matMul: (inputs, attrs, type) => {
    const [a, b] = two(inputs).map((x) => x.toFloat()) as [tf.Tensor, tf.Tensor];
    return matMul(a, b, attrs).reshape([...type.shape]);
  },
  dot: (inputs) => {
    const [a, b] = two(inputs);
    return a.toFloat().mul(b.toFloat()).sum();
  },
  outerProduct: (inputs, _, type) => {
    const [a, b] = two(inputs);
    return a.cast(type.dtype).expandDims(1).mul(b.cast(type.dtype).expandDims(0));
  },
  einsum: (inputs, attrs) =>
    einsum(
      attrs["equation"] as string,
      inputs.map((x) => x.toFloat()),
    ),
  layerNorm: (inputs, attrs) => {
    const x = one(inputs).toFloat();
    const [, weight, bias] = inputs;
    const centred = x.sub(x.mean(-1, true));
    const scale = centred
      .square()
      .mean(-1, true)
      .add((attrs["epsilon"] as number | undefined) ?? 1e-5)
      .sqrt();
    let y = centred.div(scale);
    if (weight) y = y.mul(weight.toFloat());
    if (bias) y = y.add(bias.toFloat());
    return y;
  },
};

/** Vectors become matrices; a matrix on the right of a batch becomes one tall product. */
function matMul(a: tf.Tensor, b: tf.Tensor, attrs: Attrs): tf.Tensor {
  const flipA = a.rank > 1 && attrs["transposeA"] === true;
  const flipB = b.rank > 1 && attrs["transposeB"] === true;
  const left = a.rank === 1 ? a.expandDims(0) : a;
  const right = b.rank === 1 ? b.expandDims(1) : b;
  if (right.rank === 2 && left.rank > 2 && !flipA) {
    // The gradient of a 3-D by 2-D product fails in tfjs (tensorflow/tfjs#8721); this one has it.
    return tf.matMul(left.reshape([-1, left.shape[left.rank - 1] as number]), right, false, flipB);
  }
  return tf.matMul(left, right, flipA, flipB);
}
