/** A generation with a steering vector, and without. */
import { ArgumentError, callSite, type Generation, type GPT2LanguageModel, PromptError, type Tracer } from "insitu";
import { type Prompts, type Rows, rowsOf, tokenLabels } from "../shared/prompts.ts";
import { oneRequest, type Recorded, type RunOptions } from "../shared/request.ts";
import { type SteeringOptions, steering } from "./steering.ts";
import type { SteeringVector } from "./steeringVector.ts";

export interface SteerOptions extends Omit<SteeringOptions, "coefficient">, Generation, RunOptions {
  /** One vector, or several, which are all added. */
  vector: SteeringVector | readonly SteeringVector[];
  /** One, or several, a generation each; 1 unless given. */
  coefficient?: number | readonly number[];
}

/** What a generation added to the prompt. */
export interface Continuation {
  /** The new tokens. */
  ids: number[];
  tokens: string[];
  /** Them as text. */
  text: string;
}

export interface SteeredContinuation extends Continuation {
  coefficient: number;
}

export interface Steered {
  prompt: { ids: number[]; tokens: string[]; text: string };
  /** Without steering. */
  plain: Continuation;
  /** One for each coefficient, in their order. */
  steered: SteeredContinuation[];
  /** Of sampling: what was drawn with, the same in every generation. */
  seed: number | undefined;
}

/**
 * Continues the prompt without steering and once for each coefficient. One request. Greedy unless `doSample`; then all
 * generations draw with one seed, so that steering alone makes them differ.
 *
 * @throws PromptError for several prompts, or one too long; what `steering` throws: before anything runs.
 *   CancelledError once `signal` is aborted.
 */
export async function steer(
  model: GPT2LanguageModel,
  prompt: string | readonly number[],
  options: SteerOptions,
): Promise<Steered> {
  const rows = oneRow(model, prompt);
  const { vector, coefficient = 1, layers, positions, steps } = options;
  const given = [coefficient].flat() as number[];
  if (given.length === 0) {
    throw new ArgumentError("coefficient is []: nothing would be steered.", "Name some, or leave it out.").at(
      callSite(),
    );
  }
  const places = {
    ...(layers !== undefined && { layers }),
    ...(positions !== undefined && { positions }),
    ...(steps !== undefined && { steps }),
  };
  const bodies = given.map((coefficient) => steering(model, vector, { ...places, coefficient }));
  const generation = generationOf(options);
  const [plain, ...steered] = await oneRequest(model, options, (request) =>
    [undefined, ...bodies].map((body) =>
      request.add(() =>
        model.recordGenerate(rows.ids, generation, (tracer: Tracer) => {
          body?.(tracer);
          return { ids: tracer.result.save() };
        }),
      ),
    ),
  );
  const [ids, tokens] = [rows.ids[0]!, rows.tokens[0]!];
  return {
    prompt: { ids, tokens, text: textOf(model, ids) },
    plain: continuation(model, plain!, rows),
    steered: given.map((coefficient, i) => ({ coefficient, ...continuation(model, steered[i]!, rows) })),
    seed: generation.seed,
  };
}

function oneRow(model: GPT2LanguageModel, prompt: Prompts): Rows {
  const rows = rowsOf(model, prompt);
  if (rows.ids.length === 1) return rows;
  throw new PromptError(
    `steer was given ${rows.ids.length} prompts.`,
    "Pass one; for many, use steering(model, vector, …) in model.generate.",
  ).at(callSite());
}

function generationOf(options: SteerOptions): Generation {
  const { maxNewTokens, eosTokenId, doSample, temperature, topK, topP } = options;
  const seed = options.seed ?? (doSample ? Math.floor(Math.random() * 2 ** 31) : undefined);
  const all = { maxNewTokens, eosTokenId, doSample, temperature, topK, topP, seed };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as unknown as Generation;
}

function continuation(model: GPT2LanguageModel, run: Recorded, { length }: Rows): Continuation {
  const ids = Array.from(run.get("ids").data).slice(length);
  return { ids, tokens: tokenLabels(model, ids), text: textOf(model, ids) };
}

/** Numbers where the model has no tokenizer. */
function textOf(model: GPT2LanguageModel, ids: readonly number[]): string {
  try {
    return model.tokenizer.decode(ids);
  } catch {
    return ids.join(" ");
  }
}
