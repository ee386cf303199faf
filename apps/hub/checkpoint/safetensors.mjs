/** Writes tensors in the safetensors format, piece by piece: none is ever held whole. */
import { encodeFloats, WIDTHS } from "./floats.mjs";
import { normalsOf } from "./normals.mjs";

const CHUNK = 1 << 16;

/**
 * A file that is made as it is read.
 *
 * @typedef {object} MadeFile
 * @property {number} size Bytes.
 * @property {() => Iterable<Uint8Array>} chunks From the beginning, as often as wanted.
 */

/**
 * @param {import("./tensors.mjs").CheckpointTensor[]} tensors
 * @param {"F32" | "F16" | "BF16"} dtype
 * @returns {MadeFile}
 */
export function safetensorsFile(tensors, dtype) {
  const header = headerOf(tensors, dtype);
  return {
    size: header.length + tensors.reduce((n, { size }) => n + WIDTHS[dtype] * size, 0),
    *chunks() {
      yield header;
      for (const tensor of tensors) {
        for (const floats of valuesOf(tensor)) yield encodeFloats(floats, dtype);
      }
    },
  };
}

function headerOf(tensors, dtype) {
  let at = 0;
  const entries = tensors.map(({ name, shape, size }) => {
    const start = at;
    at += WIDTHS[dtype] * size;
    return [name, { dtype, shape, data_offsets: [start, at] }];
  });
  const json = JSON.stringify({ __metadata__: { format: "pt" }, ...Object.fromEntries(entries) });
  // Padded so that the tensors' bytes begin at a multiple of eight, as the format's own writer does.
  const text = json.padEnd(Math.ceil(json.length / 8) * 8);
  const header = Buffer.alloc(8 + text.length);
  header.writeBigUInt64LE(BigInt(text.length));
  header.write(text, 8);
  return header;
}

function* valuesOf({ size, shape, values }) {
  if (values === "causal") {
    const width = shape.at(-1);
    for (let row = 0; row < size / width; row++) yield new Float32Array(width).fill(1, 0, (row % width) + 1);
    return;
  }
  const { seed, mean, deviation } = values;
  const normal = normalsOf(seed);
  for (let at = 0; at < size; at += CHUNK) {
    const floats = new Float32Array(Math.min(CHUNK, size - at));
    for (let i = 0; i < floats.length; i++) floats[i] = mean + deviation * normal();
    yield floats;
  }
}
