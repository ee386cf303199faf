import * as tf from "../tf.ts";

/**
 * float32 in memory, not only by name: on webgpu tfjs's cast of ints renames the tensor and leaves the
 * ints in its buffer, which some kernels then misread.
 */
export function realFloat(x: tf.Tensor): tf.Tensor {
  return x.dtype === "float32" ? x : x.toFloat().add(tf.scalar(0));
}

/** `f` in float32 and back: for kernels that are wrong, or missing, for other dtypes. */
export function throughFloat(x: tf.Tensor, f: (x: tf.Tensor) => tf.Tensor): tf.Tensor {
  if (x.dtype === "float32") return f(x);
  const y = f(realFloat(x));
  return x.dtype === "bool" ? y.notEqual(tf.scalar(0)) : y.toInt();
}

/** Dimensions reordered: tfjs's webgpu kernel takes float32 only beyond two dimensions. */
export function transpose(x: tf.Tensor, perm?: number[]): tf.Tensor {
  const moved = (perm ?? x.shape.map((_, i) => x.rank - 1 - i)).filter((axis) => x.shape[axis] !== 1);
  // Dimensions of 1 move without any number moving.
  if (perm && moved.every((axis, i) => i === 0 || axis > (moved[i - 1] as number)))
    return x.reshape(perm.map((axis) => x.shape[axis] as number));
  return throughFloat(x, (y) => y.transpose(perm));
}
