import { Tokenizer as HfTokenizer } from "@huggingface/tokenizers";
import {
  ArgumentError,
  CheckpointError,
  fromWire,
  PromptError,
  type TensorData,
  type TokenizerFiles,
  type WireError,
} from "@insitu/program";
import { callSite } from "./callSite.ts";
import { Tensor } from "./tensor.ts";

/** Token ids as they come: a list, typed or not, a saved tensor of them or its data, or one. */
export type TokenIds = readonly number[] | TensorData | Tensor | number;

/** On which side of a row padding stands. */
export type PaddingSide = "left" | "right";

/** Rows of token ids, and for each id whether it counts: a prompt to trace. */
export interface TokenBatch {
  ids: number[][];
  /** 1 for tokens, 0 for padding. */
  mask: number[][];
}

/** Text to token ids and back: Hugging Face's own tokenizer, from tokenizer.json. */
export class Tokenizer {
  /** Where `encodeBatch` pads, unless told otherwise: on the left, as traces do. */
  paddingSide: PaddingSide = "left";
  /** One more than the highest id. */
  readonly vocabSize: number;
  readonly bosTokenId: number | undefined;
  readonly eosTokenId: number | undefined;
  /** What padding is made of: the checkpoint's own, else the end of text. */
  padTokenId: number | undefined;

  private readonly inner: HfTokenizer;

  constructor(tokenizerJson: object, config: object) {
    this.inner = new HfTokenizer(tokenizerJson, config);
    this.vocabSize = this.inner.model?.vocab.length ?? 0;
    const idOf = (name: string) => {
      const token = (config as Record<string, { content?: string } | string | null>)[name];
      // GPT-2's own configuration names no token, and means this one.
      return this.inner.token_to_id((token as { content?: string })?.content ?? (token as string) ?? "<|endoftext|>");
    };
    this.bosTokenId = idOf("bos_token");
    this.eosTokenId = idOf("eos_token");
    this.padTokenId = idOf("pad_token") ?? this.eosTokenId;
  }

  /** Token ids of a text. */
  encode(text: string): number[] {
    if (typeof text !== "string")
      throw new ArgumentError(`${typeof text} ${text} is no text.`, "Pass a string.").at(callSite());
    return this.inner.encode(text).ids;
  }

  /** Rows of ids as long as the longest, and a mask: what `trace` takes. With `padding: false`, as long as each is. */
  encodeBatch(
    texts: string | readonly string[],
    { padding = true, paddingSide = this.paddingSide }: { padding?: boolean; paddingSide?: PaddingSide } = {},
  ): TokenBatch {
    if (paddingSide !== "left" && paddingSide !== "right")
      throw new ArgumentError(`paddingSide is ${paddingSide}.`, 'Pass "left" or "right".').at(callSite());
    const rows = [texts].flat().map((text) => this.encode(text));
    const longest = padding ? Math.max(...rows.map((row) => row.length)) : 0;
    const padded = (row: number[], filler: number) => {
      const fill = Array<number>(Math.max(0, longest - row.length)).fill(filler);
      return paddingSide === "left" ? [...fill, ...row] : [...row, ...fill];
    };
    return {
      // The mask hides whatever stands there.
      ids: rows.map((row) => padded(row, this.padTokenId ?? 0)),
      mask: rows.map((row) => padded(Array(row.length).fill(1), 0)),
    };
  }

  /** The text of token ids. Bytes that are no UTF-8 become U+FFFD. @throws PromptError for what is no id. */
  decode(ids: TokenIds, options: { skipSpecialTokens?: boolean } = {}): string {
    const list = this.checked(ids);
    return list.length === 0
      ? ""
      : this.inner.decode(list, {
          skip_special_tokens: options.skipSpecialTokens ?? false,
          clean_up_tokenization_spaces: false,
        });
  }

  /** The text of each row of ids. */
  batchDecode(rows: readonly TokenIds[] | Tensor, options: { skipSpecialTokens?: boolean } = {}): string[] {
    const list = [rows instanceof Tensor ? rows.array() : rows].flat() as TokenIds[];
    return list.map((ids) => this.decode(ids, options));
  }

  /** Each token as text, its leading space included: what to label axes with. */
  toStrTokens(text: string | TokenIds): string[] {
    return (typeof text === "string" ? this.encode(text) : this.checked(text)).map((id) => this.decode(id));
  }

  /** The id of a text that is one token, such as " Paris". @throws PromptError where it is more. */
  toSingleToken(text: string): number {
    const ids = this.encode(text);
    if (ids.length !== 1) {
      throw new PromptError(
        `${JSON.stringify(text)} is ${ids.length} tokens: ${JSON.stringify(this.toStrTokens(ids))}.`,
        'Words in mid-sentence carry their space: " Paris", not "Paris".',
        { text, ids },
      ).at(callSite());
    }
    return ids[0] as number;
  }

  /** A list of ids of the vocabulary. */
  private checked(given: TokenIds): number[] {
    const data: unknown = given instanceof Tensor ? given.data : given;
    const list = Array.isArray(data) || ArrayBuffer.isView(data) ? Array.from(data as number[]) : [data as number];
    const bad = list.findIndex((id) => !Number.isInteger(id) || this.inner.id_to_token(id) === undefined);
    if (bad >= 0) {
      throw new PromptError(
        `Token id ${list[bad]} at position ${bad} is outside the vocabulary of ${this.vocabSize}.`,
        `Ids run from 0 to ${this.vocabSize - 1}.`,
        { id: list[bad], position: bad },
      ).at(callSite());
    }
    return list;
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
