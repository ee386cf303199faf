/** NumPy's own format, version 1.0: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */
import type { NumberArray } from "../output.ts";

const DESCRIPTIONS = { float32: "<f4", int32: "<i4", bool: "|b1" };

export function toNPY(
  dtype: keyof typeof DESCRIPTIONS,
  shape: readonly number[],
  data: NumberArray,
): Uint8Array<ArrayBuffer> {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const header = `{'descr': '${DESCRIPTIONS[dtype]}', 'fortran_order': False, 'shape': ${tuple}, }`;
  // What comes after it is aligned to 64 bytes; it ends with a line.
  const padded = `${header}${" ".repeat(63 - ((10 + header.length) % 64))}\n`;
  const bytes = new Uint8Array(10 + padded.length + data.byteLength);
  bytes.set([0x93, ...new TextEncoder().encode("NUMPY"), 1, 0, padded.length & 255, padded.length >> 8]);
  bytes.set(new TextEncoder().encode(padded), 10);
  // Typed arrays are as the machine has them: little-endian on every one that runs a browser today.
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 10 + padded.length);
  return bytes;
}
