/** Float32 as the bytes of a safetensors dtype, rounded to nearest, halves to even. */

/** Bytes of one number. */
export const WIDTHS = { F32: 4, F16: 2, BF16: 2 };

/** @param {Float32Array} floats @param {"F32" | "F16" | "BF16"} dtype @returns {Uint8Array} */
export function encodeFloats(floats, dtype) {
  if (dtype === "F32") return new Uint8Array(floats.buffer, floats.byteOffset, floats.byteLength);
  const bits = new Uint32Array(floats.buffer, floats.byteOffset, floats.length);
  const halves = new Uint16Array(floats.length);
  const convert = dtype === "F16" ? toHalf : toBrain;
  for (let i = 0; i < halves.length; i++) halves[i] = convert(bits[i]);
  return new Uint8Array(halves.buffer);
}

/** The upper half of a float32. */
function toBrain(bits) {
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

/** IEEE 754 binary16, subnormals and infinity included. */
function toHalf(bits) {
  const sign = (bits >>> 16) & 0x8000;
  const exponent = ((bits >>> 23) & 0xff) - 127 + 15;
  const fraction = bits & 0x7fffff;
  if (exponent >= 31) return sign | 0x7c00;
  if (exponent > 0) return sign | rounded((exponent << 23) | fraction, 13);
  return exponent < -10 ? sign : sign | rounded(fraction | 0x800000, 14 - exponent);
}

/** `value` without its last bits; a carry into the exponent is what is wanted. */
function rounded(value, dropped) {
  const kept = value >>> dropped;
  const rest = value & ((1 << dropped) - 1);
  const half = 1 << (dropped - 1);
  return kept + (rest > half || (rest === half && kept & 1) ? 1 : 0);
}
