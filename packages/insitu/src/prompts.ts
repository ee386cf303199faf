import { type Invoke, PromptError } from "@insitu/program";
import { Tensor } from "./tensor.ts";
import type { Tokenizer } from "./tokenizer.ts";

/**
 * What a trace runs on: text, several texts (padded on the left), token ids, rows of them, or rows
 * of ids with an attention mask.
 */
export type Prompt =
  | string
  | readonly string[]
  | readonly number[]
  | readonly (readonly number[])[]
  | Int32Array
  | Tensor
  | {
      readonly ids: readonly (readonly number[])[] | readonly number[];
      readonly mask?: readonly (readonly number[])[] | readonly number[];
    };

/** Rows of token ids. @throws PromptError for what is no prompt. */
export function toInvoke(prompt: Prompt, tokenizer: () => Tokenizer): Invoke {
  if (typeof prompt === "string") return { ids: [tokenizer().encode(prompt)] };
  if (prompt instanceof Int32Array) return { ids: [Array.from(prompt)] };
  if (prompt instanceof Tensor) return { ids: rowsOf(prompt.array()) };
  if (Array.isArray(prompt)) {
    if (prompt.length > 0 && prompt.every((p) => typeof p === "string"))
      return { ids: prompt.map((text) => tokenizer().encode(text)) };
    return { ids: rowsOf(prompt) };
  }
  if (typeof prompt === "object" && prompt !== null && "ids" in prompt) {
    return prompt.mask ? { ids: rowsOf(prompt.ids), mask: rowsOf(prompt.mask) } : { ids: rowsOf(prompt.ids) };
  }
  throw notAPrompt(prompt);
}

function rowsOf(given: unknown): number[][] {
  const numbers = (x: unknown): x is number[] => Array.isArray(x) && x.every((n) => typeof n === "number");
  if (numbers(given)) return [[...given]];
  if (Array.isArray(given) && given.every(numbers)) return given.map((row) => [...row]);
  throw notAPrompt(given);
}

function notAPrompt(given: unknown): PromptError {
  return new PromptError(
    `${typeof given === "object" && given ? "An object" : `${typeof given} ${String(given)}`} is not a prompt.`,
    "Pass text, an array of texts, token ids, rows of ids, or { ids, mask }.",
  );
}
