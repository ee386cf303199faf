import { hasColor, masked } from "../shared/colorScale.ts";

/** What lies in a tensor. */
export interface Extent {
  /** Of the numbers that have a colour; 0 and 0 where there are none. */
  readonly min: number;
  readonly max: number;
  /** How many are NaN or infinite, and how many are masked scores. */
  readonly broken: number;
  readonly masked: number;
}

/** How many numbers are read between two looks at the clock. */
const PIECE = 1 << 16;

/** Looks at every number, in pieces. */
export function* extentOf(data: ArrayLike<number>): Generator<void, Extent> {
  let [min, max, broken, hidden] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (let start = 0; start < data.length; start += PIECE) {
    const end = Math.min(data.length, start + PIECE);
    for (let i = start; i < end; i++) {
      const value = data[i] as number;
      if (!hasColor(value)) {
        if (masked(value)) hidden++;
        else broken++;
        continue;
      }
      if (value < min) min = value;
      if (value > max) max = value;
    }
    yield;
  }
  return min > max ? { min: 0, max: 0, broken, masked: hidden } : { min, max, broken, masked: hidden };
}
