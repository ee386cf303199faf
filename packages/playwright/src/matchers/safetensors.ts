/** One file of tensors: safetensors, as Hugging Face's library writes it. */
import type { DType } from "insitu";

export interface StoredTensor {
  shape: number[];
  dtype: DType;
  data: Float32Array | Int32Array | Uint8Array;
}

const NAMES = { float32: "F32", int32: "I32", bool: "BOOL" } as const;
const ARRAYS = { F32: Float32Array, I32: Int32Array, BOOL: Uint8Array } as const;

export function writeSafetensors(tensors: Readonly<Record<string, StoredTensor>>): Buffer {
  const header: Record<string, unknown> = { __metadata__: { format: "insitu" } };
  const parts: Buffer[] = [];
  let at = 0;
  for (const [name, { shape, dtype, data }] of Object.entries(tensors)) {
    header[name] = { dtype: NAMES[dtype], shape, data_offsets: [at, at + data.byteLength] };
    parts.push(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
    at += data.byteLength;
  }
  const json = JSON.stringify(header);
  // Filled with spaces to a multiple of eight, so that the numbers are aligned.
  const text = Buffer.from(
    json.padEnd(Math.ceil(Buffer.byteLength(json) / 8) * 8 - Buffer.byteLength(json) + json.length),
  );
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, ...parts]);
}

/** Undefined for what is no such file. */
export function readSafetensors(file: Buffer): Record<string, StoredTensor> | undefined {
  try {
    const start = 8 + Number(file.readBigUInt64LE());
    const { __metadata__: _, ...header } = JSON.parse(file.subarray(8, start).toString()) as Record<string, never>;
    return Object.fromEntries(
      Object.entries(
        header as Record<string, { dtype: keyof typeof ARRAYS; shape: number[]; data_offsets: [number, number] }>,
      ).map(([name, { dtype, shape, data_offsets }]) => {
        const [from, to] = data_offsets.map((offset) => start + offset) as [number, number];
        const size = shape.reduce((a, b) => a * b, 1);
        const bytes = Uint8Array.from(file.subarray(from, to));
        const data = new ARRAYS[dtype](bytes.buffer);
        if (data.length !== size || bytes.length !== to - from) throw new RangeError("sizes do not fit");
        const stored = Object.entries(NAMES).find(([, other]) => other === dtype)?.[0] as DType;
        return [name, { shape, dtype: stored, data }];
      }),
    );
  } catch {
    return undefined;
  }
}
