import type { Numbers } from "./numbers.ts";

/** How far numbers may be apart: |received - expected| <= atol + rtol * |expected|, as torch.allclose has it. */
export interface Tolerance {
  /** 1e-4 unless given, which is how near insitu's backends are to each other; 0 where both are integers. */
  atol?: number;
  /** 1e-5 unless given; 0 where both are integers. */
  rtol?: number;
  /** Whether NaN equals NaN. */
  equalNan?: boolean;
}

export interface Comparison {
  size: number;
  /** How many numbers are too far apart. */
  off: number;
  atol: number;
  rtol: number;
  /** Of all numbers the one furthest beyond its tolerance; undefined for none. */
  worst: Worst | undefined;
  histogram: Bucket[];
}

export interface Worst {
  /** In the data, row-major. */
  at: number;
  received: number;
  expected: number;
  error: number;
  allowed: number;
}

/** Numbers whose absolute errors are of one size. */
export interface Bucket {
  label: string;
  count: number;
  /** How many of them are too far apart. */
  off: number;
}

/** Compares number by number; both must be of one length. */
export function compare(received: Numbers, expected: Numbers, tolerance: Tolerance): Comparison {
  const exact = isWhole(received) && isWhole(expected);
  const { atol = exact ? 0 : 1e-4, rtol = exact ? 0 : 1e-5, equalNan = false } = tolerance;
  const size = received.data.length;
  const buckets = new Map<number, { count: number; off: number }>();
  let off = 0;
  let worst: Worst | undefined;
  let worstExcess = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < size; at++) {
    const a = received.data[at] as number;
    const b = expected.data[at] as number;
    const error = errorOf(a, b, equalNan);
    const allowed = Number.isFinite(b) ? atol + rtol * Math.abs(b) : 0;
    // NaN is not within anything.
    const isOff = !(error <= allowed);
    if (isOff) off++;
    const excess = Number.isNaN(error) ? Number.POSITIVE_INFINITY : error - allowed;
    if (excess > worstExcess) {
      worstExcess = excess;
      worst = { at, received: a, expected: b, error, allowed };
    }
    const decade = decadeOf(error);
    const bucket = buckets.get(decade) ?? { count: 0, off: 0 };
    bucket.count++;
    if (isOff) bucket.off++;
    buckets.set(decade, bucket);
  }
  return { size, off, atol, rtol, worst, histogram: histogramOf(buckets) };
}

const isWhole = ({ dtype, data }: Numbers) =>
  dtype === "int32" || dtype === "bool" || (dtype === undefined && !(data instanceof Float32Array) && allWhole(data));

const allWhole = (data: ArrayLike<number>) => Array.prototype.every.call(data, Number.isInteger);

function errorOf(a: number, b: number, equalNan: boolean): number {
  if (a === b || (equalNan && Number.isNaN(a) && Number.isNaN(b))) return 0;
  return Math.abs(a - b);
}

/** The power of ten below an error; the ends of the scale for none, for infinity and for NaN. */
const SAME = Number.NEGATIVE_INFINITY;
const decadeOf = (error: number) =>
  error === 0 ? SAME : Number.isFinite(error) ? Math.floor(Math.log10(error)) : Number.isNaN(error) ? 1001 : 1000;

function histogramOf(buckets: Map<number, { count: number; off: number }>): Bucket[] {
  const decades = [...buckets.keys()].filter((decade) => Math.abs(decade) < 1000);
  const [low, high] = [Math.min(...decades), Math.max(...decades)];
  // The empty ones between, unless they are many.
  const range =
    high - low < 24 ? Array.from({ length: high - low + 1 }, (_, i) => low + i) : decades.sort((a, b) => a - b);
  return [SAME, ...(decades.length > 0 ? range : []), 1000, 1001].flatMap((decade) => {
    const bucket = buckets.get(decade);
    if (!bucket && Math.abs(decade) >= 1000) return [];
    return [{ label: labelOf(decade), ...(bucket ?? { count: 0, off: 0 }) }];
  });
}

const labelOf = (decade: number) =>
  decade === SAME ? "0" : decade === 1000 ? "infinite" : decade === 1001 ? "NaN" : `1e${decade} to 1e${decade + 1}`;
