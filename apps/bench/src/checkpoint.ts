/** Reads a checkpoint without the engine: its file of float32 tensors, held once, and views into it. */
export interface Checkpoint {
  config: Gpt2Json;
  /** The whole file. */
  bytes: Uint8Array<ArrayBuffer>;
  /** By the checkpoint's names. `offset` counts from the file's beginning. */
  tensors: Map<string, { shape: number[]; offset: number; length: number }>;
}

/** The keys of config.json that these baselines read. */
export interface Gpt2Json {
  n_layer: number;
  n_embd: number;
  n_head: number;
  vocab_size: number;
  layer_norm_epsilon: number;
}

/** @throws Error where the folder has no such checkpoint. */
export async function readCheckpoint(url: string): Promise<Checkpoint> {
  const [config, bytes] = await Promise.all([
    fetch(new URL("config.json", url)).then((response) => response.json() as Promise<Gpt2Json>),
    fetchOnce(new URL("model.safetensors", url)),
  ]);
  const headerLength = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const { __metadata__, ...header } = JSON.parse(
    new TextDecoder().decode(bytes.subarray(8, 8 + headerLength)),
  ) as Header;
  const tensors: Checkpoint["tensors"] = new Map();
  for (const [
    name,
    {
      dtype,
      shape,
      data_offsets: [start, end],
    },
  ] of Object.entries(header)) {
    if (dtype !== "F32") throw new Error(`${name} is ${dtype}; the baselines read float32 alone.`);
    tensors.set(name, { shape, offset: 8 + headerLength + start, length: end - start });
  }
  return { config, bytes, tensors };
}

export function floatsOf({ bytes, tensors }: Checkpoint, name: string): Float32Array {
  const found = tensors.get(name);
  if (!found) throw new Error(`The checkpoint lacks ${name}.`);
  return new Float32Array(bytes.buffer, found.offset, found.length / 4);
}

type Header = Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }>;

/** Into one buffer of the whole length: `arrayBuffer()` would hold a large file twice while it joins its chunks. */
async function fetchOnce(url: URL): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(url);
  if (!response.ok || !response.body) throw new Error(`${url} answered ${response.status}.`);
  const bytes = new Uint8Array(Number(response.headers.get("content-length")));
  let at = 0;
  for (const reader = response.body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    bytes.set(value, at);
    at += value.length;
  }
  if (at !== bytes.length) throw new Error(`${url} gave ${at} bytes of ${bytes.length}.`);
  return bytes;
}
