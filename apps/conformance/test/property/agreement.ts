/** Whether two machines gave the same for one program. */
import type { Tensor } from "insitu";

export type Saved = Record<string, Tensor>;

/** Nearer to a jump than this, rounding may decide on which side a number falls. */
const NEAR = 5e-4;

/** Whether some result of the program hangs on rounding, by the distances it saved. */
export function hangsOnRounding(saved: Saved): boolean {
  return Object.entries(saved).some(([name, { data }]) => name.startsWith("guards.") && !((data[0] as number) > NEAR));
}

export interface Disagreement {
  /** Relative to the largest number of the tensor, and at least to 1. Infinity where ids, shapes or names differ. */
  error: number;
  at: string;
}

/** The worst disagreement. */
export function disagreement(a: Saved, b: Saved): Disagreement {
  const names = Object.keys(a).filter((name) => !name.startsWith("guards."));
  const counts = [a, b].map((saved) => Object.keys(saved).length);
  if (counts[0] !== counts[1])
    return { error: Number.POSITIVE_INFINITY, at: `${counts.join(" and ")} values were saved` };
  return names
    .map((name) => ({ error: between(a[name] as Tensor, b[name]), at: name }))
    .reduce((worst, next) => (next.error > worst.error ? next : worst), { error: 0, at: "" });
}

function between(a: Tensor, b: Tensor | undefined): number {
  if (!b || a.shape.join() !== b.shape.join() || a.dtype !== b.dtype) return Number.POSITIVE_INFINITY;
  const exact = a.dtype !== "float32";
  let worst = 0;
  let scale = 1;
  for (let i = 0; i < a.data.length; i++) {
    const [x, y] = [a.data[i] as number, b.data[i] as number];
    if (x === y) continue;
    if (exact || !Number.isFinite(x) || !Number.isFinite(y)) return Number.POSITIVE_INFINITY;
    worst = Math.max(worst, Math.abs(x - y));
  }
  for (const x of a.data) scale = Math.max(scale, Math.abs(x));
  return worst / scale;
}
