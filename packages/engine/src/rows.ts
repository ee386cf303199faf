/** The rows of a batch, as its invokes own them. */
import * as tf from "./tf.ts";

export type RowRanges = readonly { start: number; count: number }[];

/** The rows of a value that an invoke sees (null: all), with a handle of its own, kept. */
export function rowsOf(ranges: RowRanges, invoke: number | null, value: tf.Tensor): tf.Tensor {
  if (invoke === null || ranges.length === 1) return tf.keep(value.clone());
  const { start, count } = ranges[invoke] as RowRanges[number];
  return tf.keep(rows(value, start, count));
}

/** A value with an invoke's rows replaced. */
export function putRows(ranges: RowRanges, all: tf.Tensor, invoke: number | null, some: tf.Tensor): tf.Tensor {
  if (invoke === null || ranges.length === 1) return some.clone();
  const { start, count } = ranges[invoke] as RowRanges[number];
  const total = all.shape[0] as number;
  const parts = [rows(all, 0, start), some, rows(all, start + count, total - start - count)];
  return tf.concat(parts.filter((part) => part.shape[0] !== 0));
}

function rows(value: tf.Tensor, start: number, count: number): tf.Tensor {
  return tf.slice(value, [start, ...value.shape.slice(1).map(() => 0)], [count, ...value.shape.slice(1)]);
}

/** Some rows out of many, where no gradient is taken. */
export function rowsFrom(value: tf.Tensor, start: number, count: number): tf.Tensor {
  // A slice on wasm copies the whole value first; its gather does not, but has no gradient there.
  return tf.getBackend() === "wasm"
    ? tf.gather(value, tf.range(start, start + count, 1, "int32"))
    : rows(value, start, count);
}
