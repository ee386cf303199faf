import type { IndexTerm } from "@insitu/program";
import * as tf from "../tf.ts";
import { gather, takeAlongAxis } from "./gather.ts";
import { readAt, writeAt } from "./indexing.ts";
import { type Kernels, one, two } from "./kernel.ts";
import { realFloat, throughFloat, transpose } from "./transpose.ts";

export const layout: Kernels = {
  reshape: (inputs, _, type) => one(inputs).reshape([...type.shape]),
  transpose: (inputs, attrs) => transpose(one(inputs), positive(attrs["perm"], one(inputs).rank)),
  expandDims: (inputs, _, type) => one(inputs).reshape([...type.shape]),
  squeeze: (inputs, _, type) => one(inputs).reshape([...type.shape]),
  broadcastTo: (inputs, _, type) => tf.broadcastTo(one(inputs), [...type.shape]),
  tile: (inputs, attrs) => tf.tile(one(inputs), attrs["reps"] as number[]),
  pad: (inputs, attrs, type) => {
    const flat = attrs["paddings"] as number[];
    const pairs = type.shape.map((_, i) => [flat[2 * i], flat[2 * i + 1]] as [number, number]);
    if (pairs.length === 0) return one(inputs).clone();
    return tf
      .pad(
        one(inputs).cast(type.dtype === "bool" ? "int32" : type.dtype),
        pairs,
        (attrs["value"] as number | undefined) ?? 0,
      )
      .cast(type.dtype);
  },
  // wasm reverses bools wrongly.
  reverse: (inputs, attrs) =>
    throughFloat(one(inputs), (x) => tf.reverse(x, attrs["axis"] as number | number[] | undefined)),
  concat: (inputs, attrs, type) =>
    tf.concat(
      inputs.map((x) => x.cast(type.dtype)),
      (attrs["axis"] as number | undefined) ?? 0,
    ),
  stack: (inputs, attrs, type) => {
    const axis = (attrs["axis"] as number | undefined) ?? 0;
    return tf.stack(
      inputs.map((x) => x.cast(type.dtype)),
      axis < 0 ? axis + type.shape.length : axis,
    );
  },
  gather: (inputs, attrs) => {
    const [x, ids] = two(inputs);
    const axis = (attrs["axis"] as number | undefined) ?? 0;
    return gather(x, ids, axis < 0 ? axis + x.rank : axis);
  },
  takeAlongAxis: (inputs) => takeAlongAxis(...two(inputs)),
  oneHot: (inputs, attrs) => {
    const [ids, depth] = [one(inputs).toInt(), attrs["depth"] as number];
    // tfjs wants two classes at least.
    return depth === 1 ? realFloat(ids.equal(tf.scalar(0, "int32")).expandDims(-1)) : realFloat(tf.oneHot(ids, depth));
  },
  bandPart: (inputs, attrs, type) => {
    const [rows, columns] = type.shape.slice(-2) as [number, number];
    const band = bandMask(rows, columns, attrs["numLower"] as number, attrs["numUpper"] as number);
    return one(inputs).toFloat().mul(band).cast(type.dtype);
  },
  at: (inputs, attrs) => {
    const [base, ...operands] = inputs as [tf.Tensor, ...tf.Tensor[]];
    return readAt(base, attrs["index"] as IndexTerm[], operands);
  },
  put: (inputs, attrs) => {
    const [base, value, ...operands] = inputs as [tf.Tensor, tf.Tensor, ...tf.Tensor[]];
    return writeAt(base, value, attrs["index"] as IndexTerm[], operands);
  },
};

const positive = (perm: unknown, rank: number): number[] | undefined =>
  (perm as number[] | undefined)?.map((p) => (p < 0 ? p + rank : p));

function bandMask(rows: number, columns: number, lower: number, upper: number): tf.Tensor {
  const data = new Float32Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const inside = (lower < 0 || r - c <= lower) && (upper < 0 || c - r <= upper);
      data[r * columns + c] = inside ? 1 : 0;
    }
  }
  return tf.tensor(data, [rows, columns]);
}
