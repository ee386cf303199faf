/** Checkpoint files as they come, and as they should not. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { type GPT2LanguageModel, LanguageModel, type LoadProgress } from "../src/index.ts";
import { modelSource } from "../src/modelSource.ts";
import { errorOf } from "./fixtures.ts";
import { engineInProcess } from "./inProcess.ts";

const BASE = "https://models.test/small/";
const CONFIG = { model_type: "gpt2", n_layer: 1, n_head: 2, n_embd: 4, n_positions: 8, vocab_size: 6, eos_token_id: 5 };

type Entries = Record<string, { dtype: string; shape: number[]; bytes: Uint8Array }>;

/** The folder that the fetch of these tests serves. */
let files: Record<string, Uint8Array | string>;
const network = globalThis.fetch;

beforeEach(() => {
  files = { "config.json": JSON.stringify(CONFIG), "model.safetensors": pack(weights()) };
  globalThis.fetch = async (input) => {
    const file = files[String(input).replace(BASE, "")];
    if (file === undefined) return new Response("", { status: 404, statusText: "Not Found" });
    return new Response(file as BodyInit, { headers: { "content-length": String(file.length) } });
  };
});

afterEach(() => {
  globalThis.fetch = network;
});

const load = (onProgress?: (p: LoadProgress) => void): Promise<GPT2LanguageModel> =>
  LanguageModel.load(BASE, { backend: "cpu", engine: engineInProcess(), ...(onProgress ? { onProgress } : {}) });

const logitsOf = async (): Promise<number[]> => {
  const model = await load();
  const logits = await model.trace([1, 2, 3], () => model.lm_head.output.save());
  await model.dispose();
  return Array.from(logits.data);
};

test("F32, F16 and BF16, with the transformer. prefix and without, any order, unknown buffers aside", async () => {
  const reference = await logitsOf();
  const bare = Object.fromEntries(
    Object.entries(weights())
      .map(([k, v]) => [k.replace("transformer.", ""), v])
      .reverse(),
  ) as Entries;
  bare["h.0.attn.bias"] = { dtype: "U8", shape: [2], bytes: new Uint8Array(2) };
  files["model.safetensors"] = pack(bare);
  expect(await logitsOf()).toEqual(reference);
  // The test's weights are eighths: all three formats hold them exactly.
  for (const dtype of ["F16", "BF16"]) {
    files["model.safetensors"] = pack(weights(dtype));
    expect(await logitsOf()).toEqual(reference);
  }
});

test("an untied lm_head is read, and called for where the config says so", async () => {
  const tied = await logitsOf();
  files["config.json"] = JSON.stringify({ ...CONFIG, tie_word_embeddings: false });
  expect(await errorOf(load)).toMatchObject({
    name: "CheckpointError",
    problem: expect.stringMatching(/lacks lm_head\.weight/),
  });
  files["model.safetensors"] = pack({ ...weights(), "lm_head.weight": entry("F32", [6, 4], 99) });
  expect(await logitsOf()).not.toEqual(tied);
});

test("attention may be scaled by layer, and not at all", async () => {
  const two = { ...CONFIG, n_layer: 1 };
  const plain = await logitsOf();
  files["config.json"] = JSON.stringify({ ...two, scale_attn_weights: false });
  expect(await logitsOf()).not.toEqual(plain);
  files["config.json"] = JSON.stringify({ ...two, scale_attn_by_inverse_layer_idx: true });
  // The first layer's factor is 1.
  expect(await logitsOf()).toEqual(plain);
});

test("progress counts the bytes of the weights", async () => {
  const seen: LoadProgress[] = [];
  const model = await load((p) => seen.push(p));
  await model.dispose();
  expect(seen.map((p) => p.phase)).toEqual(
    expect.arrayContaining(["backend", "config", "download", "upload", "ready"]),
  );
  const last = seen.filter((p) => p.phase === "download").at(-1)!;
  expect([last.loadedBytes, last.totalBytes]).toEqual([
    files["model.safetensors"]!.length,
    files["model.safetensors"]!.length,
  ]);
});

test("what onProgress throws comes out; a signal that is aborted ends the load, before and after it began", async () => {
  const thrown = new Error("no more");
  const failing = load(() => {
    throw thrown;
  });
  expect(await errorOf(() => failing)).toBe(thrown);
  for (const when of ["before", "after"]) {
    const cancel = new AbortController();
    if (when === "before") cancel.abort();
    const loading = LanguageModel.load(BASE, {
      backend: "cpu",
      engine: engineInProcess(),
      signal: cancel.signal,
      onProgress: () => cancel.abort(),
    });
    expect((await errorOf(() => loading)).name).toBe("CancelledError");
  }
  expect(await logitsOf()).toHaveLength(18);
});

/** What is done to the folder, and what the error says: problem, remedy. */
const DAMAGE: [string, RegExp, RegExp, () => void][] = [
  ["no config", /has no config\.json/, /name or the address/, () => delete files["config.json"]],
  [
    "a web page for config.json",
    /config\.json is not JSON: it begins with "<!doctype/,
    /web page/,
    () => (files["config.json"] = "<!doctype html>"),
  ],
  [
    "another architecture",
    /model_type is "bert"/,
    /GPT2LMHeadModel/,
    () => (files["config.json"] = JSON.stringify({ ...CONFIG, model_type: "bert" })),
  ],
  [
    "heads that do not divide",
    /n_head is 3/,
    /GPT2/,
    () => (files["config.json"] = JSON.stringify({ ...CONFIG, n_head: 3 })),
  ],
  [
    "an unknown activation",
    /activation_function is "swish9"/,
    /GPT2/,
    () => (files["config.json"] = JSON.stringify({ ...CONFIG, activation_function: "swish9" })),
  ],
  [
    "cross-attention",
    /add_cross_attention is true; it must be false/,
    /GPT2/,
    () => (files["config.json"] = JSON.stringify({ ...CONFIG, add_cross_attention: true })),
  ],
  [
    "a flag that is none",
    /reorder_and_upcast_attn is "yes"/,
    /GPT2/,
    () => (files["config.json"] = JSON.stringify({ ...CONFIG, reorder_and_upcast_attn: "yes" })),
  ],
  ["no weights", /neither model\.safetensors nor/, /pytorch_model\.bin/, () => delete files["model.safetensors"]],
  [
    "a web page for the weights",
    /not a safetensors file/,
    /web page/,
    () => (files["model.safetensors"] = "<!doctype html><html></html>"),
  ],
  ["a header that is no JSON", /header is not JSON/, /download it again/, () => (bytesOf()[8] = 33)],
  [
    "a file cut in a tensor",
    /ends at byte \d+; at least \d+ more/,
    /truncated/,
    () => (files["model.safetensors"] = bytesOf().slice(0, -5)),
  ],
  [
    "a file cut in its header",
    /ends at byte 40/,
    /truncated/,
    () => (files["model.safetensors"] = bytesOf().slice(0, 40)),
  ],
  [
    "a missing tensor",
    /lacks transformer\.h\.0\.mlp\.c_fc\.weight/,
    /belong together/,
    () => {
      const { "transformer.h.0.mlp.c_fc.weight": _, ...rest } = weights();
      files["model.safetensors"] = pack(rest);
    },
  ],
  [
    "a tensor of another shape",
    /transformer\.wte\.weight is \[7, 4\]; config\.json calls for \[6, 4\]/,
    /belong together/,
    () => (files["model.safetensors"] = pack({ ...weights(), "transformer.wte.weight": entry("F32", [7, 4], 1) })),
  ],
  [
    "a tensor of an unread dtype",
    /transformer\.wpe\.weight has dtype I8/,
    /F32, F16 and BF16/,
    () =>
      (files["model.safetensors"] = pack({
        ...weights(),
        "transformer.wpe.weight": { dtype: "I8", shape: [8, 4], bytes: new Uint8Array(32) },
      })),
  ],
];

test.each(DAMAGE)("%s", async (_, problem, remedy, damage) => {
  const other = await load();
  const { numTensors } = await other.memory();
  damage();
  const error = await errorOf(load);
  expect(error.name).toBe("CheckpointError");
  expect((await other.memory()).numTensors).toBe(numTensors);
  await other.dispose();
  expect(error.problem).toMatch(problem);
  expect(error.remedy).toMatch(remedy);
  // The next load, of a good folder, works.
  files = { "config.json": JSON.stringify(CONFIG), "model.safetensors": pack(weights()) };
  expect(await logitsOf()).toHaveLength(18);
});

test("an unknown backend, and names that are no address", async () => {
  const error = await errorOf(() => LanguageModel.load(BASE, { backend: "cuda" as never, engine: engineInProcess() }));
  expect([error.name, error.remedy]).toEqual(["BackendError", expect.stringMatching(/"webgpu", "wasm" or "cpu"/)]);
  expect((await errorOf(() => modelSource("not an address"))).name).toBe("CheckpointError");
  for (const id of ["openai-community/gpt2", "gpt2", "distilgpt2"])
    expect(modelSource(id)).toEqual({ kind: "hub", id, revision: "main" });
  expect(modelSource("https://a.test/m")).toEqual({ kind: "folder", url: "https://a.test/m/" });
});

const bytesOf = () => files["model.safetensors"] as Uint8Array;

/** Every weight of CONFIG's model, each an eighth of a small integer. */
function weights(dtype = "F32"): Entries {
  const shapes: Record<string, number[]> = { "transformer.wte.weight": [6, 4], "transformer.wpe.weight": [8, 4] };
  for (const ln of ["h.0.ln_1", "h.0.ln_2", "ln_f"])
    for (const p of ["weight", "bias"]) shapes[`transformer.${ln}.${p}`] = [4];
  for (const [name, from, to] of [
    ["attn.c_attn", 4, 12],
    ["attn.c_proj", 4, 4],
    ["mlp.c_fc", 4, 16],
    ["mlp.c_proj", 16, 4],
  ] as const) {
    shapes[`transformer.h.0.${name}.weight`] = [from, to];
    shapes[`transformer.h.0.${name}.bias`] = [to];
  }
  return Object.fromEntries(Object.entries(shapes).map(([name, shape], i) => [name, entry(dtype, shape, i)]));
}

function entry(dtype: string, shape: number[], seed: number): Entries[string] {
  const floats = Float32Array.from(
    { length: shape.reduce((n, d) => n * d, 1) },
    (_, i) => ((((i + 1) * (seed + 3) * 7919) % 17) - 8) / 8,
  );
  return { dtype, shape, bytes: encode(floats, dtype) };
}

function encode(floats: Float32Array, dtype: string): Uint8Array {
  if (dtype === "F32") return new Uint8Array(floats.buffer.slice(0));
  const bits = new Uint32Array(floats.buffer);
  const halves = Uint16Array.from(bits, (b, i) => (dtype === "BF16" ? b >>> 16 : toHalf(floats[i]!, b)));
  return new Uint8Array(halves.buffer);
}

/** Exact for the eighths used here. */
const toHalf = (x: number, bits: number): number =>
  x === 0 ? 0 : ((bits >>> 16) & 0x8000) | ((((bits >>> 23) & 0xff) - 112) << 10) | ((bits >>> 13) & 0x3ff);

function pack(entries: Entries): Uint8Array {
  let at = 0;
  const header: Record<string, unknown> = { __metadata__: { format: "pt" } };
  for (const [name, { dtype, shape, bytes }] of Object.entries(entries)) {
    header[name] = { dtype, shape, data_offsets: [at, at + bytes.length] };
    at += bytes.length;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const out = new Uint8Array(8 + json.length + at);
  new DataView(out.buffer).setBigUint64(0, BigInt(json.length), true);
  out.set(json, 8);
  let offset = 8 + json.length;
  for (const { bytes } of Object.values(entries)) {
    out.set(bytes, offset);
    offset += bytes.length;
  }
  return out;
}
