/** The safetensors format: 8 bytes of header length, a JSON header, then the tensors' bytes. */
import { CheckpointError } from "@insitu/program";

export interface TensorEntry {
  name: string;
  dtype: "F32" | "F16" | "BF16";
  shape: number[];
  /** Bytes from the end of the header. */
  start: number;
  end: number;
}

/** A header larger than this is no safetensors file. */
const MAX_HEADER = 100 * 1024 * 1024;

/** Bytes of an element. */
export const SIZES: Record<string, number> = { F32: 4, F16: 2, BF16: 2 };

/** The header's length in bytes, from the file's first eight. */
export function headerLength(bytes: Uint8Array, file: string): number {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  if (length < 2 || length > MAX_HEADER) {
    throw new CheckpointError(
      `${file} is not a safetensors file: its header would be ${length} bytes long.`,
      "Check the URL; a server may have answered with a web page.",
      { file, headerLength: length },
    );
  }
  return length;
}

/** What a header says. */
export interface Header {
  /** The tensors wanted, in the order of their bytes. */
  entries: TensorEntry[];
  /** Where the last tensor ends, of all: bytes from the end of the header. */
  end: number;
}

/** Reads a header. Tensors that `wanted` refuses are passed over, so that a dtype nobody needs does no harm. */
export function parseHeader(bytes: Uint8Array, file: string, wanted: (name: string) => boolean): Header {
  let header: Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }>;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new CheckpointError(
      `${file} is not a safetensors file: its header is not JSON.`,
      "Check the URL and download it again.",
      { file },
    );
  }
  const entries: TensorEntry[] = [];
  let end = 0;
  for (const [name, entry] of Object.entries(header)) {
    if (name === "__metadata__") continue;
    const last = Number(entry?.data_offsets?.[1]);
    if (last > end) end = last;
    if (!wanted(name)) continue;
    const { dtype, shape, data_offsets: offsets } = entry ?? {};
    const size = SIZES[dtype];
    if (!size) {
      throw new CheckpointError(
        `${file}: tensor ${name} has dtype ${dtype}.`,
        "Checkpoints in F32, F16 and BF16 are read; convert it.",
        { file, tensor: name, dtype },
      );
    }
    const wellFormed =
      Array.isArray(shape) &&
      Array.isArray(offsets) &&
      shape.every((d) => Number.isInteger(d) && d >= 0) &&
      offsets.every((o) => Number.isInteger(o) && o >= 0);
    const bytesWanted = wellFormed ? shape.reduce((n, d) => n * d, 1) * size : Number.NaN;
    if (!wellFormed || offsets[1] - offsets[0] !== bytesWanted) {
      throw new CheckpointError(
        `${file}: tensor ${name} is given ${JSON.stringify(offsets)} for shape ${JSON.stringify(shape)} of ${dtype}.`,
        "The file is damaged; download it again.",
        { file, tensor: name },
      );
    }
    entries.push({ name, dtype: dtype as TensorEntry["dtype"], shape, start: offsets[0], end: offsets[1] });
  }
  return { entries: entries.sort((a, b) => a.start - b.start), end };
}

/** A tensor's bytes as 32-bit floats; they must be a whole number of elements. */
export function toFloat32(bytes: Uint8Array, dtype: TensorEntry["dtype"]): Float32Array {
  const aligned = bytes.byteOffset % (SIZES[dtype] as number) === 0 ? bytes : bytes.slice();
  const { buffer, byteOffset, byteLength } = aligned;
  if (dtype === "F32") return new Float32Array(buffer, byteOffset, byteLength / 4);
  const halves = new Uint16Array(buffer, byteOffset, byteLength / 2);
  const floats = new Float32Array(halves.length);
  if (dtype === "BF16") {
    const bits = new Uint32Array(floats.buffer);
    for (let i = 0; i < halves.length; i++) bits[i] = (halves[i] as number) << 16;
  } else for (let i = 0; i < halves.length; i++) floats[i] = halfToFloat(halves[i] as number);
  return floats;
}

/** IEEE 754 binary16. */
function halfToFloat(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
