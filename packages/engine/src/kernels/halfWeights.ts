/**
 * Weights stored as half floats, two in an int32: half the memory, unpacked by the shaders that read
 * them four at a time, all arithmetic in float32. WebGPU only.
 */
import * as tf from "../tf.ts";
import { onGpu, runGpuProgram } from "./gpuProgram.ts";

/** A parameter is float32 unless it is stored so. */
export const isHalf = (weight: { dtype: string }): boolean => weight.dtype === "int32";

/** A parameter's shape, however it is stored. */
export const shapeOf = (weight: tf.Tensor): number[] =>
  weight.shape.map((d, i) => (isHalf(weight) && i === weight.rank - 1 ? 2 * d : d));

/** Two halves in each int32, of float32 values, rounded to the nearest half (ties to even). */
export function packHalf(values: Float32Array): Int32Array {
  const halves = new Uint16Array(values.length);
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < halves.length; i++) halves[i] = toHalf(bits[i] as number);
  return new Int32Array(halves.buffer);
}

/** The shape that a parameter is stored in so: int32 [..., last / 2]. */
export const packedShape = (shape: readonly number[]): number[] =>
  shape.map((d, i) => (i === shape.length - 1 ? d / 2 : d));

/** Whether a parameter of this shape can be stored so, where it is of use: biases and norms are small. */
export const canPack = (shape: readonly number[]): boolean =>
  onGpu() && shape.length === 2 && (shape[1] as number) % 4 === 0;

/** The parameter in float32, as it is used. */
export function unpacked(weight: tf.Tensor): tf.Tensor {
  if (!isHalf(weight)) return weight;
  const shape = shapeOf(weight);
  const info = runGpuProgram({
    key: "unpackHalf",
    inputs: { weight: { tensor: weight } },
    output: { shape },
    uniforms: { size: weight.size },
    workgroupSize: 64,
    threads: weight.size,
    main: `
  if (index >= u.size) { return; }
  let pair = unpack2x16float(bitcast<u32>(weight[index]));
  result[2 * index] = pair.x;
  result[2 * index + 1] = pair.y;`,
  });
  return tf.engine().makeTensorFromTensorInfo(info);
}

/** The bits of the nearest half to a float32 of these bits; past the largest, that one. */
function toHalf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  // Half's range ends at 65504; a weight beyond it is held there rather than made infinite.
  if (magnitude >= 0x477ff000) return sign | 0x7bff;
  if (magnitude < 0x38800000) {
    // Subnormal: counted in 2^-24.
    const value = Math.abs(FLOAT.of(magnitude)) * 2 ** 24;
    return sign | roundHalfEven(value);
  }
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
  return sign | ((rounded - 0x38000000) >>> 13);
}

function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}

const FLOAT = (() => {
  const bits = new Uint32Array(1);
  const value = new Float32Array(bits.buffer);
  return {
    of(pattern: number): number {
      bits[0] = pattern;
      return value[0] as number;
    },
  };
})();
