/** A prompt's tokens, as every component that shows them has them: linked by being the same. */
import { type GPT2LanguageModel, PromptError } from "insitu";
import { useMemo } from "react";

export interface PromptTokens {
  readonly ids: readonly number[];
  /** The text of each, its space included; its id where the model has no tokenizer. */
  readonly tokens: readonly string[];
  readonly error: Error | undefined;
}

const NONE: PromptTokens = { ids: [], tokens: [], error: undefined };

/** None before there is a model, and for what is no prompt. */
export function useTokens(
  model: GPT2LanguageModel | undefined,
  prompt: string | readonly number[] | undefined,
): PromptTokens {
  const key = JSON.stringify(prompt);
  // biome-ignore lint/correctness/useExhaustiveDependencies: prompts are compared by what they say
  return useMemo(() => {
    if (!model || prompt === undefined) return NONE;
    try {
      return { ...tokensOf(model, prompt), error: undefined };
    } catch (error) {
      return { ...NONE, error: error as Error };
    }
  }, [model, key]);
}

/** @throws PromptError, CheckpointError where the model has no tokenizer for a text. */
export function tokensOf(model: GPT2LanguageModel, prompt: string | readonly number[]): Omit<PromptTokens, "error"> {
  if (typeof prompt !== "string" && !Array.isArray(prompt))
    throw new PromptError(`${JSON.stringify(prompt)} is not a prompt.`, "Pass text, or token ids.");
  const ids = typeof prompt === "string" ? model.tokenizer.encode(prompt) : prompt;
  return { ids, tokens: textOf(model, ids) };
}

/** The text of ids; the ids where the model has no tokenizer. */
export function textOf(model: GPT2LanguageModel, ids: readonly number[]): string[] {
  try {
    return model.tokenizer.toStrTokens(ids);
  } catch {
    return ids.map(String);
  }
}
