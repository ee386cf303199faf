import type { Attrs } from "@insitu/program";
import * as tf from "../tf.ts";
import { type Kernel, type Kernels, one } from "./kernel.ts";
import { logSoftmax, logSumExp, mean, softmax, sum } from "./longSum.ts";
import { realFloat, throughFloat, transpose } from "./transpose.ts";

type Axis = number | number[] | undefined;
const axisOf = (attrs: Attrs): Axis => attrs["axis"] as Axis;
const keepDims = (attrs: Attrs): boolean => attrs["keepDims"] === true;

type Reduce = (x: tf.Tensor, axis: Axis, keep: boolean) => tf.Tensor;

const onFloats =
  (f: Reduce): Kernel =>
  (inputs, attrs, type) =>
    f(one(inputs).toFloat(), axisOf(attrs), keepDims(attrs)).cast(type.dtype);

/** Ints stay ints, bools become them; reduced along one last axis, which every backend does right. */
const onNumbers =
  (f: Reduce): Kernel =>
  (inputs, attrs, type) => {
    const x = one(inputs);
    if (x.dtype === "float32") return f(x, axisOf(attrs), keepDims(attrs));
    const axis = axisOf(attrs);
    const axes = (axis === undefined ? x.shape.map((_, i) => i) : [axis].flat()).map((a) => (a < 0 ? a + x.rank : a));
    const kept = x.shape.map((_, i) => i).filter((i) => !axes.includes(i));
    const inner = axes.reduce((n, a) => n * (x.shape[a] as number), 1);
    const rows = transpose(x.toInt(), [...kept, ...axes]).reshape([-1, Math.max(1, inner)]);
    return f(rows.toInt(), -1, false)
      .cast(type.dtype)
      .reshape([...type.shape]);
  };

/** Bools as the floats 0 and 1: tfjs's own take two dimensions at most on webgpu. */
const onBools =
  (f: Reduce): Kernel =>
  (inputs, attrs) =>
    f(realFloat(one(inputs)), axisOf(attrs), keepDims(attrs)).notEqual(tf.scalar(0));

function variance(x: tf.Tensor, axis: Axis, keep: boolean): tf.Tensor {
  return tf.moments(x, axis, keep).variance;
}

const last = (attrs: Attrs): number => (attrs["axis"] as number | undefined) ?? -1;

function norm(x: tf.Tensor, ord: string, axis: Axis, keep: boolean): tf.Tensor {
  switch (ord) {
    case "1":
      return x.abs().sum(axis, keep);
    case "inf":
      return x.abs().max(axis, keep);
    case "-inf":
      return x.abs().min(axis, keep);
    default:
      return x.square().sum(axis, keep).sqrt();
  }
}

export const reductions: Kernels = {
  sum: onNumbers(sum),
  mean: onFloats(mean),
  max: onNumbers(tf.max),
  min: onNumbers(tf.min),
  prod: onNumbers(tf.prod),
  any: onBools(tf.max),
  all: onBools(tf.min),
  variance: onFloats(variance),
  std: onFloats((x, axis, keep) => variance(x, axis, keep).sqrt()),
  logSumExp: onFloats(logSumExp),
  norm: (inputs, attrs) =>
    norm(one(inputs).toFloat(), (attrs["ord"] as string | undefined) ?? "euclidean", axisOf(attrs), keepDims(attrs)),
  argMax: (inputs, attrs) => tf.argMax(one(inputs).toFloat(), last(attrs)),
  argMin: (inputs, attrs) => tf.argMin(one(inputs).toFloat(), last(attrs)),
  softmax: (inputs, attrs) => toLast(one(inputs).toFloat(), last(attrs), softmax),
  logSoftmax: (inputs, attrs) => toLast(one(inputs).toFloat(), last(attrs), logSoftmax),
  cumsum: (inputs, attrs, type) => {
    const axis = attrs["axis"] as number;
    // tfjs's cpu kernel takes a negative axis for another.
    const from = axis < 0 ? axis + type.shape.length : axis;
    const sum = (x: tf.Tensor) => tf.cumsum(x, from, attrs["exclusive"] === true);
    const x = one(inputs).cast(type.dtype);
    // Turned around by hand: tfjs's webgpu kernel is wrong in reverse beyond one dimension.
    return attrs["reverse"] === true ? throughFloat(x, (y) => tf.reverse(sum(tf.reverse(y, from)), from)) : sum(x);
  },
  topk: (inputs, attrs, type) => {
    const x = one(inputs).toFloat();
    const { values, indices } = tf.topk(x, attrs["k"] as number, true);
    return attrs["output"] === "indices" ? indices : values.cast(type.dtype);
  },
};

/** tfjs's softmax works along the last axis only. */
function toLast(x: tf.Tensor, axis: number, f: (x: tf.Tensor) => tf.Tensor): tf.Tensor {
  const rank = x.rank;
  const at = axis < 0 ? axis + rank : axis;
  if (at === rank - 1) return f(x);
  const perm = Array.from({ length: rank }, (_, i) => (i === at ? rank - 1 : i === rank - 1 ? at : i));
  return transpose(f(transpose(x, perm)), perm);
}
