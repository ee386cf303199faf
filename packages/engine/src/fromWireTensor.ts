import { decodeData, type WireTensor } from "@insitu/program";
import * as tf from "./tf.ts";

/** A tensor that came with a program, on the device. Validation has seen that its data fills its shape. */
export function fromWireTensor({ data, dtype, shape }: WireTensor): tf.Tensor {
  const decoded = decodeData({ data, dtype, shape });
  if (!decoded) throw new Error("a constant's data does not fill its shape");
  return tf.tensor(decoded, shape, dtype);
}
