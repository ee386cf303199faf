import * as tf from "../tf.ts";
import type { Kernels } from "./kernel.ts";

/** Random numbers are drawn on the CPU, so that a seed means the same on every backend. */
export const create: Kernels = {
  fill: (_, attrs, type) =>
    tf.fill([...type.shape], attrs["value"] as number, type.dtype === "bool" ? "int32" : type.dtype).cast(type.dtype),
  randomNormal: (_, attrs, type) =>
    tf.randomNormal(
      [...type.shape],
      (attrs["mean"] as number | undefined) ?? 0,
      (attrs["stdDev"] as number | undefined) ?? 1,
      "float32",
      attrs["seed"] as number,
    ),
  randomUniform: (_, attrs, type) =>
    tf.randomUniform(
      [...type.shape],
      (attrs["minval"] as number | undefined) ?? 0,
      (attrs["maxval"] as number | undefined) ?? 1,
      "float32",
      attrs["seed"] as number,
    ),
};
