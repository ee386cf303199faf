import { ArgumentError, callSite } from "insitu";
import type { Labelled } from "../shared/labelled.ts";

/** Pearson's correlation of two results of the same shape, -1 to 1. @throws ArgumentError for different shapes. */
export function correlation(a: Labelled, b: Labelled): number {
  if (a.shape.join() !== b.shape.join()) {
    throw new ArgumentError(
      `Results of shapes [${a.shape}] and [${b.shape}] do not correlate.`,
      "Compare results of the same axes.",
    ).at(callSite());
  }
  const n = a.data.length;
  const centred = ({ data }: Labelled) => {
    const mean = data.reduce((sum, x) => sum + x, 0) / n;
    return Array.from(data, (x) => x - mean);
  };
  const [x, y] = [centred(a), centred(b)];
  const dot = (u: number[], v: number[]) => u.reduce((sum, value, i) => sum + value * (v[i] as number), 0);
  return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
}
