/** Tokens that a metric or an attribution asks about. */
import { ArgumentError, callSite, type GPT2LanguageModel, PromptError } from "insitu";
import type { Rows } from "./prompts.ts";

/** A token: its text, spaces included (" Paris"), or its id. */
export type Token = string | number;

/** A token's id. @throws PromptError for a text that is no single token, and an id outside the vocabulary. */
export function tokenId(model: GPT2LanguageModel, token: Token): number {
  if (typeof token === "string") return model.tokenizer.toSingleToken(token);
  const { vocabSize: vocabulary } = model.spec;
  if (Number.isInteger(token) && token >= 0 && token < vocabulary) return token;
  throw new PromptError(`There is no token ${token}.`, `Ids run from 0 to ${vocabulary - 1}.`, { id: token }).at(
    callSite(),
  );
}

/** A token for each row: one for all, or as many as there are prompts. @throws ArgumentError, PromptError */
export function tokenIds(
  model: GPT2LanguageModel,
  tokens: Token | readonly Token[],
  { at, total }: Rows,
  what: string,
): Int32Array {
  const list = [tokens].flat() as Token[];
  if (list.length !== 1 && list.length !== total) {
    throw new ArgumentError(
      `${what} names ${list.length} tokens for ${total} prompts.`,
      "Give one token, or one for each prompt.",
      { tokens: list.length, prompts: total },
    ).at(callSite());
  }
  return Int32Array.from(at, (i) => tokenId(model, (list[i] ?? list[0]) as Token));
}
