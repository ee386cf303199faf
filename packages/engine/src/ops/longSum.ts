/**
 * Sums, and what is made of them. wasm's kernel adds one float32 after the other: of a vocabulary's worth of numbers
 * that loses half of the digits, and beside a probability near 1 all the others. There, long sums are made in blocks.
 */
import * as tf from "../tf.ts";
import { detach } from "./detach.ts";
import { transpose } from "./transpose.ts";

type Axis = number | number[] | undefined;

const BLOCK = 32;

export function sum(x: tf.Tensor, axis: Axis, keep: boolean): tf.Tensor {
  const axes = axesOf(x, axis);
  const count = countOf(x, axes);
  if (!isLong(x, count)) return tf.sum(x, axis, keep);
  const kept = x.shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const rows = transpose(x, [...kept, ...axes]).reshape([-1, count]);
  const shape = keep ? x.shape.map((size, i) => (axes.includes(i) ? 1 : size)) : kept.map((i) => x.shape[i] as number);
  return inBlocks(rows).reshape(shape);
}

export function mean(x: tf.Tensor, axis: Axis, keep: boolean): tf.Tensor {
  const count = countOf(x, axesOf(x, axis));
  return isLong(x, count) ? sum(x, axis, keep).div(count) : tf.mean(x, axis, keep);
}

export function logSumExp(x: tf.Tensor, axis: Axis, keep: boolean): tf.Tensor {
  if (!isLong(x, countOf(x, axesOf(x, axis)))) return tf.logSumExp(x, axis, keep);
  // It changes nothing but the rounding, and has no part in the gradient.
  const largest = detach(tf.max(x, axis, true));
  const logs = sum(x.sub(largest).exp(), axis, keep).log();
  return logs.add(largest.reshape(logs.shape));
}

/** Along the last axis. */
export function softmax(x: tf.Tensor): tf.Tensor {
  if (!isLong(x, countOf(x, [x.rank - 1]))) return tf.softmax(x, -1);
  const powers = x.sub(detach(tf.max(x, -1, true))).exp();
  return powers.div(sum(powers, -1, true));
}

/** Along the last axis. */
export function logSoftmax(x: tf.Tensor): tf.Tensor {
  if (!isLong(x, countOf(x, [x.rank - 1]))) return tf.logSoftmax(x, -1);
  // From the largest: what is left of it is small, and keeps its digits.
  const shifted = x.sub(detach(tf.max(x, -1, true)));
  return shifted.sub(sum(shifted.exp(), -1, true).log());
}

const isLong = (x: tf.Tensor, count: number): boolean =>
  count > BLOCK && x.dtype === "float32" && tf.getBackend() === "wasm";

const axesOf = (x: tf.Tensor, axis: Axis): number[] =>
  (axis === undefined ? x.shape.map((_, i) => i) : [axis].flat()).map((a) => (a < 0 ? a + x.rank : a));

const countOf = (x: tf.Tensor, axes: readonly number[]): number =>
  axes.reduce((count, axis) => count * (x.shape[axis] as number), 1);

/** The sum of each row, [rows]. */
function inBlocks(rows: tf.Tensor): tf.Tensor {
  const count = rows.shape[1] as number;
  if (count <= BLOCK) return rows.sum(1);
  const blocks = Math.ceil(count / BLOCK);
  const whole = rows.pad([
    [0, 0],
    [0, blocks * BLOCK - count],
  ]);
  return inBlocks(whole.reshape([-1, BLOCK]).sum(1).reshape([-1, blocks]));
}
