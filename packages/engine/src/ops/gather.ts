/**
 * Picking by ids, with gradients made of matrix products: tfjs's own lacks a wasm kernel, and adds in
 * no fixed order on the GPU. Ids are held within range, which the GPU's gather does not check.
 */
import { gatherFar, isFar, takeFar } from "../kernels/farGather.ts";
import * as tf from "../tf.ts";

/** Entries of an axis, picked by int32 ids of any shape. */
export function gather(x: tf.Tensor, ids: tf.Tensor, axis: number): tf.Tensor {
  const size = x.shape[axis] as number;
  const far = isFar(x, size);
  const safe = far ? ids : inRange(ids, size);
  const flat = safe.reshape([-1]) as tf.Tensor1D;
  const picked = withGradient(x, far ? gatherFar(x, flat, axis) : tf.gather(x, flat, axis), flat, (dy, ids) => {
    // The picked axis in front: each of its entries is the sum of the gradients of its copies.
    const perm = [axis, ...x.shape.map((_, i) => i).filter((i) => i !== axis)];
    const front = dy.transpose(perm);
    const rest = front.shape.slice(1);
    const copies = tf.oneHot(ids, size).toFloat() as tf.Tensor2D;
    const summed = tf.matMul(copies, front.reshape([ids.size, -1]) as tf.Tensor2D, true);
    return summed.reshape([size, ...rest]).transpose(perm.map((_, i) => perm.indexOf(i)));
  });
  return picked.reshape([...x.shape.slice(0, axis), ...safe.shape, ...x.shape.slice(axis + 1)]);
}

/** One entry of the last axis for each row. */
export function takeAlongAxis(x: tf.Tensor, ids: tf.Tensor): tf.Tensor {
  const width = x.shape[x.rank - 1] as number;
  const safe = inRange(ids, width);
  const taken = isFar(x, x.size) ? takeFar(x, safe) : takeFlat(x, safe, width);
  return withGradient(x, taken, safe, (dy, ids) => tf.oneHot(ids, width).toFloat().mul(dy.expandDims(-1)));
}

function takeFlat(x: tf.Tensor, ids: tf.Tensor, width: number): tf.Tensor {
  const rows = tf.range(0, Math.max(1, ids.size), 1, "int32").mul(tf.scalar(width, "int32"));
  return tf.gather(x.reshape([-1]), rows.add(ids.reshape([-1])).toInt()).reshape(ids.shape);
}

function inRange(ids: tf.Tensor, size: number): tf.Tensor {
  return ids.clipByValue(0, size - 1).toInt();
}

type Gradient = (dy: tf.Tensor, ids: tf.Tensor) => tf.Tensor;

/** `y`, picked out of `x` by `ids` by means that have no gradient here, with this one. */
function withGradient(x: tf.Tensor, y: tf.Tensor, ids: tf.Tensor, gradient: Gradient): tf.Tensor {
  if (x.dtype !== "float32") return y;
  const pick = tf.customGrad(((_x: tf.Tensor, save: tf.GradSaveFunc) => {
    save([ids]);
    return { value: y.clone(), gradFunc: (dy: tf.Tensor, [saved]: [tf.Tensor]) => gradient(dy, saved) };
  }) as never);
  return pick(x);
}
