/** Rows of random tokens, twice over: the prompts on which induction shows. */
import { ArgumentError, callSite } from "insitu";
import { randomNumbers } from "../shared/randomNumbers.ts";
import { indices } from "../shared/request.ts";

export interface RepeatedTokens {
  /** How many rows; 4 unless given. */
  rows?: number;
  /** How many tokens before they come again; 25, or as many as the model takes twice, unless given. */
  period?: number;
  /** The same seed draws the same tokens; 0 unless given. */
  seed?: number;
}

/**
 * Rows of 2 · period ids: tokens drawn from the vocabulary without repetition, then the same again, with nothing in
 * front. @throws ArgumentError
 */
export function repeatedTokens(given: RepeatedTokens, vocabulary: number, maxTokens: number): number[][] {
  const longest = Math.min(vocabulary, Math.floor(maxTokens / 2));
  const { rows = 4, period = Math.min(25, longest), seed = 0 } = given;
  whole("random.rows", rows, 1, 4096);
  whole("random.period", period, 2, longest);
  whole("random.seed", seed, 0, 2 ** 32 - 1);
  const random = randomNumbers(seed);
  return indices(rows).map(() => {
    const drawn = new Set<number>();
    while (drawn.size < period) drawn.add(Math.floor(random() * vocabulary));
    return [...drawn, ...drawn];
  });
}

function whole(name: string, value: number, from: number, to: number): void {
  if (Number.isInteger(value) && value >= from && value <= to) return;
  throw new ArgumentError(`${name} is ${value}.`, `Use a whole number from ${from} to ${to}.`, { [name]: value }).at(
    callSite(),
  );
}
