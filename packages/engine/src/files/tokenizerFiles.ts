/** A checkpoint's tokenizer: tokenizer.json, or made of vocab.json and merges.txt where there is no other. */
import { CheckpointError, type TokenizerFiles, toWire, type WireError } from "@insitu/program";
import { preparedTokenizerJson, type TokenizerJson, tokenizerJsonOf } from "../tokenizerJson.ts";
import { type ModelFiles, readJson, readText } from "./modelFiles.ts";

/** The vocabulary and its merges, as Hugging Face names them and as OpenAI did. */
const PAIRS = [
  { vocab: "vocab.json", merges: "merges.txt" },
  { vocab: "encoder.json", merges: "vocab.bpe" },
] as const;

/** Files that a tokenizer may be in. */
export const TOKENIZER_FILES = [
  "tokenizer.json",
  "tokenizer_config.json",
  ...PAIRS.flatMap(({ vocab, merges }) => [vocab, merges]),
];

/** The tokenizer, or the error to throw when it is first needed: a checkpoint without one runs on token ids. */
export async function readTokenizer(files: ModelFiles): Promise<TokenizerFiles | WireError> {
  try {
    const config = (await readJson(files, "tokenizer_config.json").catch(() => undefined)) ?? {};
    const json = (await readJson(files, "tokenizer.json")) ?? (await fromPair(files, config));
    return { json: preparedTokenizerJson(json as TokenizerJson), config };
  } catch (error) {
    return toWire(error);
  }
}

async function fromPair(files: ModelFiles, config: object): Promise<TokenizerJson> {
  for (const names of PAIRS) {
    const vocab = await readJson(files, names.vocab);
    const merges = vocab && (await readText(files, names.merges));
    if (merges !== undefined) return tokenizerJsonOf(vocab, merges, config, names);
  }
  throw new CheckpointError(
    `${files.label} has no tokenizer.json, nor vocab.json with merges.txt.`,
    "Pass token ids, or add the file.",
    { file: "tokenizer.json" },
  );
}
