/** A GPT-2 checkpoint's weights, from a URL to the device, one tensor at a time. */
import { CheckpointError, formatShape, type Gpt2Config, gpt2Spec, sameShape } from "@insitu/program";
import { ByteReader } from "./byteReader.ts";
import { canPack, packHalf, shapeOf } from "./kernels/halfWeights.ts";
import type { WeightSource } from "./modules/module.ts";
import { headerLength, parseHeader, type TensorEntry, toFloat32 } from "./safetensors.ts";
import * as tf from "./tf.ts";

/** The weights of a checkpoint on the device, handed out by the modules' names. */
export class Weights implements WeightSource {
  private readonly tensors = new Map<string, tf.Tensor>();

  constructor(private readonly file: string) {}

  add(name: string, tensor: tf.Tensor): void {
    this.tensors.set(name, tensor);
  }

  take(path: string, name: string, shape: readonly number[]): tf.Tensor {
    const key = `${path}.${name}`;
    const tensor = this.tensors.get(key);
    if (!tensor) throw missing(this.file, [key]);
    const given = shapeOf(tensor);
    if (!sameShape(given, shape)) throw wrongShape(this.file, key, given, shape);
    this.tensors.delete(key);
    return tensor;
  }

  dispose(): void {
    for (const tensor of this.tensors.values()) tensor.dispose();
    this.tensors.clear();
  }
}

/**
 * Reads `model.safetensors` of the folder at `base`. Keys may carry GPT-2's `transformer.` prefix
 * or not; buffers such as `attn.bias` are passed over.
 * @throws CheckpointError: not found, not safetensors, a tensor missing, truncated or of another
 *   shape. Nothing is left on the device.
 */
export async function readWeights(
  base: string,
  config: Gpt2Config,
  stored: "float32" | "float16",
  onBytes: (loaded: number, total: number) => void,
): Promise<Weights> {
  const file = "model.safetensors";
  const { body, total } = await open(new URL(file, base).href, file);
  let loaded = 0;
  const reader = new ByteReader(body, file, (count) => {
    loaded += count;
    onBytes(loaded, total);
  });
  const weights = new Weights(file);
  const shapes = parameterShapes(config);
  try {
    const length = headerLength(await reader.take(8), file);
    const entries = parseHeader(await reader.take(length), file, (name) => shapes.has(canonical(name)));
    checkEntries(entries, shapes, file);
    for (const entry of entries) {
      await reader.skip(8 + length + entry.start - reader.position);
      const data = toFloat32(await reader.take(entry.end - entry.start), entry.dtype);
      const half = stored === "float16" && canPack(entry.shape);
      const tensor = half ? packHalf(data, entry.shape) : tf.tensor(data, entry.shape, "float32");
      weights.add(canonical(entry.name), tensor);
    }
    return weights;
  } catch (error) {
    weights.dispose();
    throw error;
  } finally {
    await reader.close();
  }
}

/** Every parameter the config calls for, with its shape. */
function parameterShapes(config: Gpt2Config): Map<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>();
  for (const module of gpt2Spec(config).modules) {
    if (module.path === "lm_head" && config.tieWordEmbeddings) continue;
    for (const { name, shape } of module.params) shapes.set(`${module.path}.${name}`, shape);
  }
  return shapes;
}

/** The checkpoint's key with the `transformer.` that some files leave out. */
function canonical(name: string): string {
  return name.startsWith("transformer.") || name.startsWith("lm_head.") ? name : `transformer.${name}`;
}

function checkEntries(entries: readonly TensorEntry[], shapes: Map<string, readonly number[]>, file: string): void {
  const found = new Set<string>();
  let last = 0;
  for (const entry of entries) {
    const key = canonical(entry.name);
    const shape = shapes.get(key) as readonly number[];
    if (!sameShape(entry.shape, shape)) throw wrongShape(file, entry.name, entry.shape, shape);
    if (entry.start < last || found.has(key)) {
      throw new CheckpointError(
        `${file}: tensor ${entry.name} overlaps another.`,
        "The file is damaged; download it again.",
        { file, tensor: entry.name },
      );
    }
    last = entry.end;
    found.add(key);
  }
  const absent = [...shapes.keys()].filter((key) => !found.has(key));
  if (absent.length > 0) throw missing(file, absent);
}

async function open(url: string, file: string): Promise<{ body: ReadableStream<Uint8Array>; total: number }> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (error) {
    throw new CheckpointError(
      `${file} could not be fetched from ${url}: ${error instanceof Error ? error.message : error}.`,
      "Check the address and the server's CORS headers.",
      { file, url },
    );
  }
  if (!response.ok || !response.body) {
    throw new CheckpointError(
      `${file}: ${url} answered ${response.status} ${response.statusText}.`,
      "Check that the folder holds it.",
      { file, url, status: response.status },
    );
  }
  // A compressed answer's content-length counts other bytes than those that arrive.
  const length = response.headers.get("content-encoding") ? null : response.headers.get("content-length");
  return { body: response.body, total: Number(length ?? 0) };
}

function missing(file: string, keys: readonly string[]): CheckpointError {
  const more = keys.length > 3 ? ` and ${keys.length - 3} more` : "";
  return new CheckpointError(
    `${file} lacks ${keys.slice(0, 3).join(", ")}${more}.`,
    "Its config.json calls for them; check that both belong together.",
    { file, missing: [...keys] },
  );
}

function wrongShape(
  file: string,
  tensor: string,
  given: readonly number[],
  wanted: readonly number[],
): CheckpointError {
  return new CheckpointError(
    `${file}: tensor ${tensor} is ${formatShape(given)}; config.json calls for ${formatShape(wanted)}.`,
    "Check that both belong together.",
    { file, tensor, shape: [...given], expected: [...wanted] },
  );
}
