import type { Recorded } from "./request.ts";

export const mean = (numbers: ArrayLike<number>): number =>
  Array.from(numbers).reduce((sum, x) => sum + x, 0) / numbers.length;

/** The mean of a run's metric over prompts. */
export const meanOf = (run: Recorded): number => mean(run.get("metric").data);
