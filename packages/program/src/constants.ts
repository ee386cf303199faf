import { BYTES, type DType } from "./dtype.ts";
import type { ConstNode } from "./program.ts";
import { sizeOf } from "./shape.ts";

/** In every browser and in Node; declared here because this package has no DOM types. */
declare function btoa(bytes: string): string;
declare function atob(text: string): string;

export type TensorData = Float32Array | Int32Array | Uint8Array;

/** Constants up to this many numbers are written out, so that a program can be read by eye. */
const READABLE = 16;

/** The wire form of a constant's numbers. */
export function encodeData(data: TensorData): number[] | string {
  if (data.length <= READABLE && Array.prototype.every.call(data, Number.isFinite)) {
    return Array.from(data);
  }
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  let text = "";
  for (let i = 0; i < bytes.length; i += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  }
  return btoa(text);
}

/** A constant's numbers again; undefined where the wire form does not hold them. */
export function decodeData(node: Pick<ConstNode, "data" | "dtype" | "shape">): TensorData | undefined {
  const size = sizeOf(node.shape);
  if (Array.isArray(node.data)) {
    if (node.data.length !== size || !node.data.every((x) => typeof x === "number")) return undefined;
    return arrayOf(node.dtype, node.data);
  }
  let text: string;
  try {
    text = atob(node.data);
  } catch {
    return undefined;
  }
  if (text.length !== size * BYTES[node.dtype]) return undefined;
  const bytes = Uint8Array.from(text, (c) => c.charCodeAt(0));
  if (node.dtype === "float32") return new Float32Array(bytes.buffer);
  if (node.dtype === "int32") return new Int32Array(bytes.buffer);
  return bytes;
}

/** A typed array of this dtype holding these numbers. */
export function arrayOf(dtype: DType, numbers: ArrayLike<number>): TensorData {
  if (dtype === "float32") return Float32Array.from(numbers);
  if (dtype === "int32") return Int32Array.from(numbers);
  return Uint8Array.from(numbers, (x) => (x ? 1 : 0));
}
