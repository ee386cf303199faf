import { Tokenizer as HfTokenizer } from "@huggingface/tokenizers";
import { CheckpointError, fromWire, PromptError, type TokenizerFiles, type WireError } from "@insitu/program";
import { Tensor } from "./tensor.ts";

/** Text to token ids and back: Hugging Face's own tokenizer, from tokenizer.json. */
export class Tokenizer {
  private readonly inner: HfTokenizer;

  constructor(tokenizerJson: object, config: object) {
    this.inner = new HfTokenizer(tokenizerJson, config);
  }

  /** Token ids of a text. */
  encode(text: string): number[] {
    return [...this.inner.encode(text).ids];
  }

  /** The text of token ids, or of a saved tensor of them. */
  decode(ids: readonly number[] | Tensor, options: { skipSpecialTokens?: boolean } = {}): string {
    const list = ids instanceof Tensor ? Array.from(ids.data) : [...ids];
    return list.length === 0
      ? ""
      : this.inner.decode(list, {
          skip_special_tokens: options.skipSpecialTokens ?? false,
          clean_up_tokenization_spaces: false,
        });
  }

  /** Each token as text, its leading space included: what to label axes with. */
  toStrTokens(text: string | readonly number[]): string[] {
    const ids = typeof text === "string" ? this.encode(text) : text;
    return ids.map((id) => this.decode([id]));
  }

  /** The id of a text that is one token, such as " Paris". @throws PromptError where it is more. */
  toSingleToken(text: string): number {
    const ids = this.encode(text);
    if (ids.length !== 1) {
      throw new PromptError(
        `${JSON.stringify(text)} is ${ids.length} tokens: ${JSON.stringify(this.toStrTokens(ids))}.`,
        'Words in mid-sentence carry their space: " Paris", not "Paris".',
        { text, ids },
      );
    }
    return ids[0] as number;
  }
}

/** @throws CheckpointError where the checkpoint has none, or it cannot be used. */
export function tokenizerFrom(files: TokenizerFiles | WireError): Tokenizer {
  if ("problem" in files) throw fromWire(files);
  try {
    return new Tokenizer(files.json, files.config);
  } catch (error) {
    throw new CheckpointError(
      `tokenizer.json cannot be used: ${error instanceof Error ? error.message : error}.`,
      "Pass token ids, or mend the file.",
      { file: "tokenizer.json" },
    );
  }
}
