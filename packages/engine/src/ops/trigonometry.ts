import type * as tf from "../tf.ts";

/**
 * Sine and cosine to float32's accuracy on every backend: WGSL promises 2^-11 only, and adapters
 * take it at its word. Reduced to [-π/2, π/2], then Taylor's polynomial of degree 11 (error 6e-8).
 */
export function sin(x: tf.Tensor): tf.Tensor {
  const turns = x.div(Math.PI).round();
  // π in two parts, so that the reduction keeps its digits.
  const r = x.sub(turns.mul(PI_HIGH)).sub(turns.mul(PI_LOW));
  const odd = turns.sub(turns.div(2).floor().mul(2));
  const r2 = r.square();
  const series = TAYLOR.reduceRight<tf.Tensor>((sum, c) => sum.mul(r2).add(c), r2.mul(0));
  return r.mul(series).mul(odd.mul(-2).add(1));
}

export const cos = (x: tf.Tensor): tf.Tensor => sin(x.add(Math.PI / 2));

export const tan = (x: tf.Tensor): tf.Tensor => sin(x).div(cos(x));

const PI_HIGH = 3.140625;
const PI_LOW = Math.PI - PI_HIGH;
const TAYLOR = [1, -1 / 6, 1 / 120, -1 / 5040, 1 / 362880, -1 / 39916800];
