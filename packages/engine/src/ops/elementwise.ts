import type { DType } from "@insitu/program";
import { ACTIVATIONS } from "../kernels/activations.ts";
import * as tf from "../tf.ts";
import { detach } from "./detach.ts";
import { type Kernel, type Kernels, one, two } from "./kernel.ts";
import { realFloat } from "./transpose.ts";
import { cos, sin, tan } from "./trigonometry.ts";

type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;
type Unary = (x: tf.Tensor) => tf.Tensor;

/** tfjs floors the quotient of ints and keeps powers of ints ints; the table says float32. */
const onFloats =
  (f: Binary): Kernel =>
  (inputs) => {
    const [a, b] = two(inputs);
    return f(a.toFloat(), b.toFloat());
  };

const onNumbers =
  (f: Binary): Kernel =>
  (inputs, _, type) => {
    const [a, b] = two(inputs);
    return f(a.cast(type.dtype), b.cast(type.dtype));
  };

/** Comparison of mixed dtypes happens in the wider one. */
const compare =
  (f: Binary): Kernel =>
  (inputs) => {
    const [a, b] = two(inputs);
    const dtype: DType = a.dtype === "float32" || b.dtype === "float32" ? "float32" : "int32";
    return f(a.cast(dtype), b.cast(dtype));
  };

const onFloat =
  (f: Unary): Kernel =>
  (inputs) =>
    f(one(inputs).toFloat());

/** Functions that keep ints: computed in float32, where every backend has the kernel. */
const kept =
  (f: Unary): Kernel =>
  (inputs, _, type) =>
    f(one(inputs).toFloat()).cast(type.dtype);

export const elementwise: Kernels = {
  add: onNumbers(tf.add),
  sub: onNumbers(tf.sub),
  mul: onNumbers(tf.mul),
  div: onFloats(tf.div),
  floorDiv: (inputs, _, type) => {
    const [a, b] = two(inputs);
    return a.toFloat().div(b.toFloat()).floor().cast(type.dtype);
  },
  mod: onNumbers(tf.mod),
  pow: onFloats(tf.pow),
  maximum: onNumbers(tf.maximum),
  minimum: onNumbers(tf.minimum),
  squaredDifference: onNumbers(tf.squaredDifference),
  atan2: onFloats(tf.atan2),
  equal: compare(tf.equal),
  notEqual: compare(tf.notEqual),
  greater: compare(tf.greater),
  greaterEqual: compare(tf.greaterEqual),
  less: compare(tf.less),
  lessEqual: compare(tf.lessEqual),
  logicalAnd: (inputs) => tf.logicalAnd(...two(inputs)),
  logicalOr: (inputs) => tf.logicalOr(...two(inputs)),
  logicalXor: (inputs) => tf.notEqual(inputs[0]?.toInt() as tf.Tensor, inputs[1]?.toInt() as tf.Tensor),
  logicalNot: (inputs) => tf.logicalNot(one(inputs)),

  abs: kept(tf.abs),
  neg: kept(tf.neg),
  sign: kept(tf.sign),
  square: kept(tf.square),
  floor: kept(tf.floor),
  ceil: kept(tf.ceil),
  round: kept(tf.round),
  relu: kept(tf.relu),
  exp: onFloat(tf.exp),
  expm1: onFloat(tf.expm1),
  log: onFloat(tf.log),
  log1p: onFloat(tf.log1p),
  sqrt: onFloat(tf.sqrt),
  rsqrt: onFloat(tf.rsqrt),
  reciprocal: onFloat(tf.reciprocal),
  sin: onFloat(sin),
  cos: onFloat(cos),
  tan: onFloat(tan),
  asin: onFloat(tf.asin),
  acos: onFloat(tf.acos),
  atan: onFloat(tf.atan),
  sinh: onFloat(tf.sinh),
  cosh: onFloat(tf.cosh),
  tanh: onFloat(tf.tanh),
  erf: onFloat(tf.erf),
  sigmoid: onFloat(tf.sigmoid),
  softplus: onFloat(tf.softplus),
  silu: onFloat((x) => x.mul(x.sigmoid())),
  elu: onFloat(tf.elu),
  leakyRelu: (inputs, attrs) => tf.leakyRelu(one(inputs).toFloat(), (attrs["alpha"] as number | undefined) ?? 0.2),
  gelu: (inputs, attrs) =>
    ACTIVATIONS[attrs["approximate"] === "none" ? "gelu" : "gelu_new"].apply(one(inputs).toFloat()),
  isNaN: onFloat(tf.isNaN),
  clipByValue: (inputs, attrs, type) =>
    tf.clipByValue(one(inputs).toFloat(), attrs["min"] as number, attrs["max"] as number).cast(type.dtype),
  clone: (inputs) => one(inputs).clone(),
  detach: (inputs) => detach(one(inputs)),
  cast: (inputs, attrs) => {
    const [x, dtype] = [one(inputs), attrs["dtype"] as DType];
    // tfjs keeps what is not 0 or 1 when it casts to bool on some backends.
    if (dtype === "bool" && x.dtype !== "bool") return x.notEqual(tf.scalar(0, x.dtype as "int32"));
    return dtype === "float32" ? realFloat(x) : x.cast(dtype);
  },
  where: (inputs, _, type) => {
    const [condition, a, b] = inputs as [tf.Tensor, tf.Tensor, tf.Tensor];
    const sides = [condition, a.cast(type.dtype), b.cast(type.dtype)];
    // Beyond four dimensions the webgpu kernel fails; there all are of one shape, or single numbers.
    const flat = type.shape.length > 4 ? sides.map((x) => x.reshape(x.size === 1 ? [1] : [-1])) : sides;
    const [c, x, y] = flat as [tf.Tensor, tf.Tensor, tf.Tensor];
    return tf.where(c, x, y).reshape([...type.shape]);
  },
};
