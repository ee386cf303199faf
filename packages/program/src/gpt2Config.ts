/** GPT-2's config.json: keys and defaults are those of Hugging Face's GPT2Config. */
import { CheckpointError } from "./errors.ts";

export type Activation = "gelu_new" | "gelu" | "relu" | "silu";

/** The parts of config.json that decide GPT-2's arithmetic, with Hugging Face's defaults. */
export interface Gpt2Config {
  vocabSize: number;
  nPositions: number;
  nEmbd: number;
  nLayer: number;
  nHead: number;
  nInner: number;
  activation: Activation;
  layerNormEpsilon: number;
  scaleAttnWeights: boolean;
  scaleAttnByInverseLayerIdx: boolean;
  tieWordEmbeddings: boolean;
  eosTokenId: number;
  padTokenId: number;
}

/** Reads a parsed config.json. Throws CheckpointError naming the key that is wrong. */
export function parseGpt2Config(json: unknown, file = "config.json"): Gpt2Config {
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw new CheckpointError(`${file} is not a JSON object.`, "Point to a folder with GPT-2's config.json.", { file });
  }
  const config = json as Record<string, unknown>;
  const fail = (key: string, want: string): never => {
    throw new CheckpointError(
      `${file}: ${key} is ${JSON.stringify(config[key])}; it must be ${want}.`,
      "insitu runs GPT2LMHeadModel checkpoints; check that this is one.",
      { file, key, value: config[key] },
    );
  };
  if (config["model_type"] !== undefined && config["model_type"] !== "gpt2") fail("model_type", '"gpt2"');
  const int = (key: string, fallback?: number): number => {
    const value = config[key] ?? fallback;
    if (typeof value !== "number" || !Number.isInteger(value) || value < 1) return fail(key, "a positive integer");
    return value;
  };
  const flag = (key: string, fallback: boolean): boolean => {
    const value = config[key] ?? fallback;
    return typeof value === "boolean" ? value : fail(key, "true or false");
  };
  if (flag("add_cross_attention", false)) fail("add_cross_attention", "false: there is no encoder to attend to");
  // Another order of the same float32 arithmetic, against overflow in halves: nothing to heed, but a slip to name.
  flag("reorder_and_upcast_attn", false);
  const nEmbd = int("n_embd", 768);
  const nHead = int("n_head", 12);
  if (nEmbd % nHead !== 0) fail("n_head", `a divisor of n_embd (${nEmbd})`);
  const activation = config["activation_function"] ?? "gelu_new";
  if (!["gelu_new", "gelu", "relu", "silu"].includes(activation as string)) {
    fail("activation_function", "gelu_new, gelu, relu or silu");
  }
  const epsilon = config["layer_norm_epsilon"] ?? 1e-5;
  if (typeof epsilon !== "number" || !(epsilon > 0)) fail("layer_norm_epsilon", "a positive number");
  const vocabSize = int("vocab_size", 50257);
  const eos = config["eos_token_id"] ?? vocabSize - 1;
  if (typeof eos !== "number" || !Number.isInteger(eos) || eos < 0 || eos >= vocabSize) {
    fail("eos_token_id", `an id below vocab_size (${vocabSize})`);
  }
  const pad = config["pad_token_id"] ?? eos;
  if (typeof pad !== "number" || !Number.isInteger(pad) || pad < 0 || pad >= vocabSize) {
    fail("pad_token_id", `an id below vocab_size (${vocabSize})`);
  }
  return {
    vocabSize,
    nPositions: int("n_positions", 1024),
    nEmbd,
    nLayer: int("n_layer", 12),
    nHead,
    nInner: int("n_inner", 4 * nEmbd),
    activation: activation as Activation,
    layerNormEpsilon: epsilon as number,
    scaleAttnWeights: flag("scale_attn_weights", true),
    scaleAttnByInverseLayerIdx: flag("scale_attn_by_inverse_layer_idx", false),
    tieWordEmbeddings: flag("tie_word_embeddings", true),
    eosTokenId: eos as number,
    padTokenId: pad as number,
  };
}
