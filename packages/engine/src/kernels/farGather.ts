/**
 * Gathering from beyond 2²⁴ on webgpu: tfjs's shaders take ids through floats, which do not hold the odd ones there.
 * A row of logits for each of 334 tokens is that long.
 */
import * as tf from "../tf.ts";
import { onGpu, runGpuProgram } from "./gpuProgram.ts";

/** Up to here every integer is a float32. */
const EXACT = 2 ** 24;

/** What a dispatch may have in one dimension. */
const MOST_WORKGROUPS = 65_535;
const WORKGROUP = 64;

/** Whether tfjs's own would go astray in an axis, or a whole tensor, of this length. */
export const isFar = (x: tf.Tensor, length: number): boolean => onGpu() && length > EXACT && x.dtype !== "bool";

/** Entries of an axis by ids [n]; those outside are held at its ends. */
export function gatherFar(x: tf.Tensor, ids: tf.Tensor, axis: number): tf.Tensor {
  const inner = x.shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  return pick(x, ids, { length: x.shape[axis] as number, inner, count: ids.size, each: 0 }, [
    ...x.shape.slice(0, axis),
    ids.size,
    ...x.shape.slice(axis + 1),
  ]);
}

/** One entry of the last axis for each row; ids outside are held at its ends. */
export function takeFar(x: tf.Tensor, ids: tf.Tensor): tf.Tensor {
  return pick(x, ids, { length: x.shape[x.rank - 1] as number, inner: 1, count: 1, each: 1 }, ids.shape);
}

/** `each` is 1 where every row has ids of its own. */
function pick(
  x: tf.Tensor,
  ids: tf.Tensor,
  sizes: { length: number; inner: number; count: number; each: number },
  shape: number[],
): tf.Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  const workgroups = Math.min(MOST_WORKGROUPS, Math.ceil(size / WORKGROUP));
  const info = runGpuProgram({
    key: "farGather",
    inputs: { x: { tensor: x }, ids: { tensor: ids } },
    output: { shape, dtype: x.dtype as "float32" | "int32" },
    uniforms: { size, step: workgroups * WORKGROUP, ...sizes },
    workgroupSize: WORKGROUP,
    workgroups,
    main: `
  for (var i = index; i < u.size; i += u.step) {
    let row = i / (u.inner * u.count);
    let chosen = (i / u.inner) % u.count;
    let id = clamp(ids[chosen + u.each * row], 0, u.length - 1);
    result[i] = x[(row * u.length + id) * u.inner + i % u.inner];
  }`,
  });
  return tf.engine().makeTensorFromTensorInfo(info);
}
