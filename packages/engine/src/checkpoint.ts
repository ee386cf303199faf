/** Reads a GPT-2 checkpoint's safetensors files, one tensor after another, into their places on the device. */
import { CheckpointError, formatShape, sameShape } from "@insitu/program";
import { ByteReader } from "./byteReader.ts";
import { type FileBytes, type ModelFiles, readJson } from "./files/modelFiles.ts";
import { headerLength, parseHeader, type TensorEntry } from "./safetensors.ts";
import type { WeightBuffer } from "./weightBuffer.ts";
import type { Weights } from "./weights.ts";

const SINGLE = "model.safetensors";
const INDEX = "model.safetensors.index.json";

/**
 * Fills every parameter from `model.safetensors`, or from the shards that `model.safetensors.index.json`
 * names. Keys may carry GPT-2's `transformer.` prefix or not; buffers such as `attn.bias` are passed over.
 * @throws CheckpointError: not found, not safetensors, a tensor missing, truncated or of another shape.
 */
export async function readWeights(weights: Weights, files: ModelFiles): Promise<void> {
  const all = new Set(weights.shapes.keys());
  const single = await files.read(SINGLE, async (file) => {
    await fill(file, SINGLE, all, weights);
    return true;
  });
  if (single) return;
  for (const [shard, keys] of await readIndex(files, all)) {
    const found = await files.read(shard, async (file) => {
      await fill(file, shard, keys, weights);
      return true;
    });
    if (!found) {
      throw new CheckpointError(
        `${files.label} has no ${shard}, which ${INDEX} names.`,
        "The checkpoint is incomplete; download it again.",
        { file: shard },
      );
    }
  }
}

/** The shards, with the parameters that each holds. @throws CheckpointError */
async function readIndex(files: ModelFiles, wanted: ReadonlySet<string>): Promise<Map<string, Set<string>>> {
  const index = (await readJson(files, INDEX)) as { weight_map?: Record<string, unknown> } | undefined;
  if (!index) {
    throw new CheckpointError(
      `${files.label} has neither ${SINGLE} nor ${INDEX}.`,
      "Check the name. A checkpoint in another format (pytorch_model.bin) is converted by " +
        "transformers: model.save_pretrained(folder).",
      { file: SINGLE },
    );
  }
  const shards = new Map<string, Set<string>>();
  const absent = new Set(wanted);
  for (const [name, shard] of Object.entries(index.weight_map ?? {})) {
    const key = canonical(name);
    if (!wanted.has(key)) continue;
    // A name beside the index, never an address.
    if (typeof shard !== "string" || !/^[\w.-]+\.safetensors$/.test(shard)) {
      throw new CheckpointError(
        `${INDEX}: ${name} stands in ${JSON.stringify(shard)}.`,
        "It must be a .safetensors file of the same folder.",
        { file: INDEX, tensor: name },
      );
    }
    shards.set(shard, (shards.get(shard) ?? new Set()).add(key));
    absent.delete(key);
  }
  if (absent.size > 0) throw missing(INDEX, [...absent]);
  return shards;
}

/** Reads the parameters of one file. */
async function fill(
  { bytes, size }: FileBytes,
  file: string,
  wanted: ReadonlySet<string>,
  weights: Weights,
): Promise<void> {
  const reader = new ByteReader(bytes, file);
  const length = headerLength(await reader.take(8), file);
  assertLength(file, size, 8 + length);
  const { entries, end } = parseHeader(await reader.take(length), file, (name) => wanted.has(canonical(name)));
  checkEntries(entries, wanted, weights, file);
  assertLength(file, size, 8 + length + end, true);
  for (const { name, dtype, start, end: last } of entries) {
    await reader.each(8 + length + start - reader.position, () => {});
    const buffer = weights.buffers.get(canonical(name)) as WeightBuffer;
    const count = last - start;
    buffer.restart();
    await reader.each(count, (part, at) => buffer.write(part, dtype, at + part.length === count));
  }
}

/** The checkpoint's key with the `transformer.` that some files leave out. */
function canonical(name: string): string {
  return name.startsWith("transformer.") || name.startsWith("lm_head.") ? name : `transformer.${name}`;
}

function checkEntries(
  entries: readonly TensorEntry[],
  wanted: ReadonlySet<string>,
  weights: Weights,
  file: string,
): void {
  const found = new Set<string>();
  let last = 0;
  for (const entry of entries) {
    const key = canonical(entry.name);
    const shape = weights.shapes.get(key) as readonly number[];
    if (!sameShape(entry.shape, shape)) throw wrongShape(file, entry.name, entry.shape, shape);
    if (entry.start < last || found.has(key)) {
      throw new CheckpointError(
        `${file}: tensor ${entry.name} overlaps another.`,
        "The file is damaged; download it again.",
        { file, tensor: entry.name, offset: entry.start },
      );
    }
    last = entry.end;
    found.add(key);
  }
  const absent = [...wanted].filter((key) => !found.has(key));
  if (absent.length > 0) throw missing(file, absent);
}

/** What is known of a file's length ahead, before all of it is fetched. */
function assertLength(file: string, size: number | undefined, wanted: number, exactly = false): void {
  if (size === undefined || size === wanted || (size > wanted && !exactly)) return;
  if (size > wanted) {
    throw new CheckpointError(
      `${file} has ${size - wanted} bytes behind its last tensor, which ends at byte ${wanted}.`,
      "The file is damaged; download it again.",
      { file, offset: wanted, size },
    );
  }
  throw new CheckpointError(
    `${file} ends at byte ${size}; at least ${wanted - size} more bytes should follow.`,
    "The file is truncated; download it again.",
    { file, offset: size, missing: wanted - size },
  );
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
