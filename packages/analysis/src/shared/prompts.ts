/** Prompts of an experiment: rows of one length, and what to call their positions. */
import { callSite, type GPT2LanguageModel, InsituError, PromptError } from "insitu";

/** Text or token ids, or several of either; several must have the same number of tokens. */
export type Prompts = string | readonly string[] | readonly number[] | readonly (readonly number[])[];

export interface Rows {
  ids: number[][];
  /** Each row's tokens as text. */
  tokens: string[][];
  /** How many tokens each row has. */
  length: number;
  /** Which of all the prompts these are, and how many there are. */
  at: number[];
  total: number;
}

/** @throws PromptError for rows of different lengths, and where there is nothing. */
export function rowsOf(model: GPT2LanguageModel, prompts: Prompts, what = "prompt"): Rows {
  const ids = idsOf(model, prompts);
  const lengths = [...new Set(ids.map((row) => row.length))];
  if (ids.length === 0 || lengths.includes(0))
    throw new PromptError(`The ${what} is empty.`, "Pass text or token ids.").at(callSite());
  const tokens = ids.map((row) => tokenLabels(model, row));
  if (lengths.length > 1) {
    const [a, b] = [ids[0]!, ids.find((row) => row.length !== ids[0]!.length)!];
    throw new PromptError(
      `The ${what}s have different numbers of tokens: ${a.length} and ${b.length}.`,
      `Positions must correspond: ${shown(tokens[0]!)} and ${shown(tokens[ids.indexOf(b)]!)}. Reword one, or pass token ids.`,
      { lengths },
    ).at(callSite());
  }
  return { ids, tokens, length: lengths[0]!, at: ids.map((_, i) => i), total: ids.length };
}

/** Rows grouped by length. @throws PromptError where there is nothing. */
export function byLength(model: GPT2LanguageModel, prompts: Prompts, what = "prompt"): Rows[] {
  const groups = new Map<number, Rows>();
  const all = idsOf(model, prompts);
  if (all.length === 0 || all.some((row) => row.length === 0))
    throw new PromptError(`The ${what} is empty.`, "Pass text or token ids.").at(callSite());
  for (const [at, row] of all.entries()) {
    const length = row.length;
    const group = groups.get(length) ?? { ids: [], tokens: [], length, at: [], total: all.length };
    groups.set(length, group);
    group.ids.push(row);
    group.tokens.push(tokenLabels(model, row));
    group.at.push(at);
  }
  return [...groups.values()];
}

/** Whether this is one prompt, rather than a list of them. */
export const isOne = (prompts: Prompts): boolean =>
  typeof prompts === "string" || (prompts.length > 0 && typeof prompts[0] === "number");

/** @throws PromptError naming both, where a pair's numbers of rows or tokens differ. */
export function checkPair(clean: Rows, corrupt: Rows): void {
  if (clean.ids.length !== corrupt.ids.length) {
    throw new PromptError(
      `There are ${clean.ids.length} clean prompts and ${corrupt.ids.length} corrupt ones.`,
      "Pass a corrupt prompt for each clean one.",
    ).at(callSite());
  }
  if (clean.length === corrupt.length) return;
  throw new PromptError(
    `The clean prompt has ${clean.length} tokens, the corrupt one ${corrupt.length}.`,
    `Positions must correspond: ${shown(clean.tokens[0]!)} and ${shown(corrupt.tokens[0]!)}. Reword one, or pass token ids.`,
    { clean: clean.length, corrupt: corrupt.length },
  ).at(callSite());
}

/** What to call each position: its token, or those that different rows have there. */
export function positionLabels(...all: readonly Rows[]): string[] {
  const rows = all.flatMap(({ tokens }) => tokens);
  return rows[0]!.map((_, position) => {
    const here = [...new Set(rows.map((row) => row[position] as string))];
    return here.length > 2 ? `${here[0]}|…` : here.join("|");
  });
}

/** Token ids as text; as numbers where the model has no tokenizer. */
export function tokenLabels(model: GPT2LanguageModel, ids: readonly number[]): string[] {
  if (!hasTokenizer(model)) return ids.map(String);
  try {
    return model.tokenizer.toStrTokens(ids);
  } catch {
    // An id that there is not: said where the prompt is recorded.
    return ids.map(String);
  }
}

/** A prompt as a label: its text; its ids, apart, where the model has no tokenizer. */
export const promptLabels = (model: GPT2LanguageModel, { tokens }: Rows): string[] =>
  tokens.map((row) => row.join(hasTokenizer(model) ? "" : " "));

function hasTokenizer(model: GPT2LanguageModel): boolean {
  try {
    return model.tokenizer !== undefined;
  } catch {
    return false;
  }
}

/** @throws PromptError for what is no prompt; CheckpointError for text where the model has no tokenizer. */
function idsOf(model: GPT2LanguageModel, prompts: Prompts): number[][] {
  const encoded = (text: string) => {
    try {
      return model.tokenizer.encode(text);
    } catch (error) {
      throw error instanceof InsituError ? error.at(callSite()) : error;
    }
  };
  if (typeof prompts === "string") return [encoded(prompts)];
  const isIds = (one: unknown): one is number[] => Array.isArray(one) && one.every((id) => typeof id === "number");
  if (isIds(prompts) && prompts.length > 0) return [[...prompts]];
  const bad = Array.isArray(prompts) ? prompts.find((one) => typeof one !== "string" && !isIds(one)) : prompts;
  if (!Array.isArray(prompts) || bad !== undefined || prompts.includes(undefined as never)) {
    throw new PromptError(`${JSON.stringify(bad) ?? bad} is not a prompt.`, "Pass text, token ids, or several.").at(
      callSite(),
    );
  }
  return prompts.map((one: string | number[]) => (typeof one === "string" ? encoded(one) : [...one]));
}

const shown = (tokens: readonly string[]): string => tokens.map((token) => JSON.stringify(token)).join(" ");
