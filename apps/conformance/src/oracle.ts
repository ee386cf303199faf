/** Reads an oracle folder: its inputs, and the golden outputs of each case. */
import { type DType, Tensor } from "insitu";
import type { Inputs } from "./case.ts";

export interface Oracle {
  inputs: Inputs;
  /** `<case>/<output>`. */
  golden: Record<string, Tensor>;
}

export async function readOracle(folder: string): Promise<Oracle> {
  const [inputs, golden] = await Promise.all([
    readTensors(`${folder}/inputs.safetensors`),
    readTensors(`${folder}/golden.safetensors`),
  ]);
  return { inputs, golden };
}

async function readTensors(url: string): Promise<Record<string, Tensor>> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  const buffer = await response.arrayBuffer();
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(buffer.slice(8, 8 + length)));
  const tensors: Record<string, Tensor> = {};
  for (const [name, entry] of Object.entries<{ dtype: string; shape: number[]; data_offsets: [number, number] }>(
    header,
  )) {
    if (name === "__metadata__") continue;
    const [start, end] = entry.data_offsets;
    const bytes = buffer.slice(8 + length + start, 8 + length + end);
    tensors[name] = toTensor(name, entry.dtype, entry.shape, bytes);
  }
  return tensors;
}

function toTensor(name: string, dtype: string, shape: number[], bytes: ArrayBuffer): Tensor {
  const types: Record<string, [DType, () => Tensor["data"]]> = {
    F32: ["float32", () => new Float32Array(bytes)],
    I32: ["int32", () => new Int32Array(bytes)],
    BOOL: ["bool", () => new Uint8Array(bytes)],
  };
  const type = types[dtype];
  if (!type) throw new Error(`${name} has dtype ${dtype}`);
  return new Tensor(shape, type[0], type[1]());
}
