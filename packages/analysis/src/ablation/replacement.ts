/** What stands in the place of what is ablated. */
import {
  ArgumentError,
  callSite,
  type GPT2LanguageModel,
  type Held,
  type Operand,
  PromptError,
  type Value,
} from "insitu";
import { byLength, type Prompts, type Rows, rowsOf } from "../shared/prompts.ts";
import { randomNumbers } from "../shared/randomNumbers.ts";
import type { Request } from "../shared/request.ts";
import { activation, type Place } from "./units.ts";

/** Zeros. */
export const zeroAblation = (): Replacement => ({ kind: "zero" });

/**
 * The mean over reference prompts. Position by position, for which they must be as long as the prompt; or with `over:
 * "positions"` one mean over all their positions, of any lengths.
 */
export const meanAblation = (
  reference: Prompts,
  { over = "prompts" }: { over?: "prompts" | "positions" } = {},
): Replacement => ({
  kind: "mean",
  reference,
  over,
});

/** The activations of a reference prompt, as long as the prompt, drawn for each prompt by `seed`. */
export const resampleAblation = (reference: Prompts, { seed = 0 }: { seed?: number } = {}): Replacement => ({
  kind: "resample",
  reference,
  seed,
});

export type Replacement =
  | { readonly kind: "zero" }
  | { readonly kind: "mean"; readonly reference: Prompts; readonly over: "prompts" | "positions" }
  | { readonly kind: "resample"; readonly reference: Prompts; readonly seed: number };

/** A replacement for certain prompts, checked. */
export interface ReadyReplacement {
  /** Records what it needs of the reference prompts, for these places. */
  record(request: Request, places: readonly Place[]): void;
  /** What is set in such a place, in a trace. */
  for(place: Place): Operand;
}

/** @throws PromptError, ArgumentError for references that do not fit. */
export function readyReplacement(model: GPT2LanguageModel, given: Replacement, rows: Rows): ReadyReplacement {
  if (given?.kind === "zero") return { record() {}, for: () => 0 };
  if (given?.kind === "mean") {
    if (given.over !== "prompts" && given.over !== "positions") {
      throw new ArgumentError(`over is ${JSON.stringify(given.over)}.`, 'Use "prompts" or "positions".').at(callSite());
    }
    if (given.over === "positions") return pooled(byLength(model, given.reference, "reference prompt"));
    return byPrompt(sameLength(model, given.reference, rows), (value) => value.mean(0));
  }
  if (given?.kind === "resample") {
    const reference = sameLength(model, given.reference, rows);
    const draw = randomNumbers(given.seed);
    const drawn = rows.ids.map(() => Math.floor(draw() * reference.ids.length));
    return byPrompt({ ...reference, ids: drawn.map((i) => reference.ids[i] as number[]) }, (value) => value);
  }
  throw new ArgumentError(
    `${JSON.stringify(given)} is no replacement.`,
    "Pass zeroAblation(), meanAblation(referencePrompts) or resampleAblation(referencePrompts).",
  ).at(callSite());
}

/** What is made of activations over reference rows as long as the prompt. */
function byPrompt({ ids }: Rows, make: (value: Value) => Value): ReadyReplacement {
  const made = new Map<string, Held>();
  return {
    record(request, places) {
      request.trace(ids, () => {
        for (const place of places) {
          if (!made.has(keyOf(place))) made.set(keyOf(place), make(activation(request.model, place)).hold());
        }
        return undefined;
      });
    },
    for: (place) => made.get(keyOf(place)) as Held,
  };
}

/** The mean over all positions of reference prompts of any lengths: each length adds its sum to that of those before. */
function pooled(groups: readonly Rows[]): ReadyReplacement {
  const sums = new Map<string, Held>();
  const count = groups.reduce((n, { ids, length }) => n + ids.length * length, 0);
  return {
    record(request, places) {
      const wholes = new Map(places.map((place) => [keyOf(everywhere(place)), everywhere(place)]));
      for (const { ids } of groups) {
        request.trace(ids, () => {
          for (const [key, place] of wholes) {
            const sum = activation(request.model, place).sum([0, 1]).div(count);
            const before = sums.get(key);
            sums.set(key, (before ? sum.add(before) : sum).hold());
          }
          return undefined;
        });
      }
    },
    for: (place) => sums.get(keyOf(everywhere(place))) as Held,
  };
}

/** A place at all positions. */
const everywhere = ({ hook, index }: Place): Place => ({ hook, index: [":", ":", ...index.slice(2)] });

const keyOf = ({ hook, index }: Place): string => `${hook}/${index.join("/")}`;

/** @throws PromptError for references of another length than the prompt. */
function sameLength(model: GPT2LanguageModel, reference: Prompts, rows: Rows): Rows {
  const all = rowsOf(model, reference, "reference prompt");
  if (all.length === rows.length) return all;
  throw new PromptError(
    `The reference prompts have ${all.length} tokens, the prompt ${rows.length}.`,
    'Positions must correspond: pass references of that length, or meanAblation(references, { over: "positions" }).',
    { reference: all.length, prompt: rows.length },
  ).at(callSite());
}
