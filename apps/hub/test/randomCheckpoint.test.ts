/** Random checkpoints look as real ones do, and are kept on disk only when whole. */
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cachedCheckpoint } from "../cachedCheckpoint.mjs";
import { encodeFloats } from "../checkpoint/floats.mjs";
import { bytesOf, type CheckpointOptions, randomCheckpoint } from "../checkpoint/randomCheckpoint.mjs";
import { namedCheckpoint } from "../models.mjs";

const SMALL = { n_layer: 2, n_embd: 16, n_head: 2, n_positions: 8, vocab_size: 40 };

type Header = Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }>;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "insitu-checkpoint-"));
});

afterAll(() => rmSync(folder, { recursive: true }));

function parsed(bytes: Buffer): { header: Header; data: Buffer } {
  const length = Number(bytes.readBigUInt64LE());
  const { __metadata__, ...header } = JSON.parse(bytes.subarray(8, 8 + length).toString());
  expect(__metadata__).toEqual({ format: "pt" });
  return { header, data: bytes.subarray(8 + length) };
}

/** Every tensor of a checkpoint's files, as bytes in hexadecimal. */
function tensorsOf(options: CheckpointOptions): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [name, file] of Object.entries(randomCheckpoint(options))) {
    if (!name.endsWith(".safetensors")) continue;
    const { header, data } = parsed(bytesOf(file));
    for (const [key, { data_offsets }] of Object.entries(header))
      out[key] = data.subarray(...data_offsets).toString("hex");
  }
  return out;
}

test("the full-size one has openai-community/gpt2's tensors, and its size to 100 bytes", () => {
  const files = namedCheckpoint("gpt2");
  const { size, chunks } = files["model.safetensors"]!;
  expect(Math.abs(size - 548_105_171)).toBeLessThan(100);
  const [first] = chunks();
  const header: Header = JSON.parse(Buffer.from(first!).subarray(8).toString());
  const names = Object.keys(header).filter((name) => name !== "__metadata__");
  expect(names).toHaveLength(160);
  expect(names.filter((name) => name.endsWith(".attn.bias"))).toHaveLength(12);
  expect(header["h.0.attn.bias"]).toMatchObject({ dtype: "F32", shape: [1, 1, 1024, 1024] });
  expect(header["wte.weight"]?.shape).toEqual([50257, 768]);
  const config = JSON.parse(bytesOf(files["config.json"]!).toString());
  expect(config).toMatchObject({ n_layer: 12, n_ctx: 1024, architectures: ["GPT2LMHeadModel"], eos_token_id: 50256 });
});

test("the mask is causal, and the same weights come with and without names' prefix", () => {
  const bare = tensorsOf({ config: SMALL });
  const mask = new Float32Array(Uint8Array.from(Buffer.from(bare["h.1.attn.bias"]!, "hex")).buffer);
  expect([...mask]).toEqual(Array.from({ length: 64 }, (_, i) => (i % 8 <= Math.floor(i / 8) ? 1 : 0)));
  const prefixed = tensorsOf({ config: SMALL, prefix: true, buffers: false });
  expect(Object.keys(prefixed)).toHaveLength(28);
  for (const [name, bytes] of Object.entries(prefixed)) expect(bare[name.replace("transformer.", "")]).toBe(bytes);
});

test("shards hold every tensor once, where the index says", () => {
  const options = { config: { ...SMALL, tie_word_embeddings: false }, shards: 3 };
  const files = randomCheckpoint(options);
  const index = JSON.parse(bytesOf(files["model.safetensors.index.json"]!).toString());
  const shards = Object.keys(files).filter((name) => name.endsWith(".safetensors"));
  expect(shards).toEqual([1, 2, 3].map((i) => `model-0000${i}-of-00003.safetensors`));
  for (const shard of shards) {
    for (const name of Object.keys(parsed(bytesOf(files[shard]!)).header)) expect(index.weight_map[name]).toBe(shard);
  }
  expect(tensorsOf(options)).toEqual(tensorsOf({ ...options, shards: 1 }));
  const bytes = Object.values(tensorsOf(options)).reduce((n, hex) => n + hex.length / 2, 0);
  expect(index.metadata.total_size).toBe(bytes);
});

test("halves are rounded to nearest, halves to even", () => {
  const bits = (values: number[], dtype: "F16" | "BF16") => [
    ...new Uint16Array(encodeFloats(Float32Array.from(values), dtype).buffer),
  ];
  expect(bits([0, -0, 1, -2, 65504, 1e6, 2 ** -24, 2 ** -14, 1 / 3, 1 + 2 ** -11, 1 + 3 * 2 ** -11], "F16")).toEqual([
    0, 0x8000, 0x3c00, 0xc000, 0x7bff, 0x7c00, 1, 0x0400, 0x3555, 0x3c00, 0x3c02,
  ]);
  expect(bits([1, -2, 1 / 3, 1 + 2 ** -8, 1 + 3 * 2 ** -8], "BF16")).toEqual([0x3f80, 0xc000, 0x3eab, 0x3f80, 0x3f82]);
});

test("on disk: made once, made again where it was changed or cut", async () => {
  const where = { folder: join(folder, "small"), options: { config: SMALL } };
  const { files } = await cachedCheckpoint("small", where);
  const { path, sha256 } = files["model.safetensors"]!;
  expect(createHash("sha256").update(readFileSync(path)).digest("hex")).toBe(sha256);
  const made = statSync(path).mtimeMs;
  expect((await cachedCheckpoint("small", where)).files).toEqual(files);
  expect(statSync(path).mtimeMs).toBe(made);
  truncateSync(path, 100);
  await cachedCheckpoint("small", where);
  expect(statSync(path).size).toBe(files["model.safetensors"]!.size);
  const other = await cachedCheckpoint("small", { ...where, options: { config: SMALL, dtype: "BF16" } });
  expect(other.files["model.safetensors"]!.size).toBeLessThan(files["model.safetensors"]!.size);
  await expect(cachedCheckpoint("small", { ...where, folder })).rejects.toThrow(/no folder that this made/);
  expect(readdirSync(folder)).toEqual(["small"]);
  expect(existsSync(`${folder}.partial-${process.pid}`)).toBe(false);
});
