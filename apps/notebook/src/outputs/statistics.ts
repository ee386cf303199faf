/** What is told of a tensor beside its picture. */
import type { NumberArray } from "./output.ts";

export interface Statistics {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Of the numbers themselves, not of a sample of more: divided by their count. */
  readonly std: number;
  readonly nan: number;
  readonly infinite: number;
  /** Scores of what attention may not look at: insitu's -1e30. They count for nothing else here. */
  readonly masked: number;
}

const MASKED = -1e29;

/** Undefined where there is no number among them. */
export function statisticsOf(data: NumberArray): Statistics | undefined {
  let [min, max, nan, infinite, masked, count, mean, squares] = [Infinity, -Infinity, 0, 0, 0, 0, 0, 0];
  for (let i = 0; i < data.length; i++) {
    const x = data[i]!;
    if (Number.isNaN(x)) nan++;
    else if (!Number.isFinite(x)) infinite++;
    else if (x < MASKED) masked++;
    else {
      if (x < min) min = x;
      if (x > max) max = x;
      // Welford: sums of squares of large numbers would lose what differs.
      count++;
      const delta = x - mean;
      mean += delta / count;
      squares += delta * (x - mean);
    }
  }
  if (count === 0)
    return nan + infinite + masked > 0 ? { min: NaN, max: NaN, mean: NaN, std: NaN, nan, infinite, masked } : undefined;
  return { min, max, mean, std: Math.sqrt(squares / count), nan, infinite, masked };
}

/** Four digits, and a true minus. */
export function short(x: number): string {
  if (Number.isNaN(x)) return "NaN";
  if (x === 0) return "0";
  const size = Math.abs(x);
  const text = size >= 1e5 || size < 1e-3 ? x.toExponential(2).replace("+", "") : String(Number(x.toPrecision(4)));
  return text.replaceAll("-", "−");
}
