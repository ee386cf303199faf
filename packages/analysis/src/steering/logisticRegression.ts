/**
 * Logistic regression in float64: Σ log(1 + exp(-y · (w·x + b))) + l2/2 · |w|², y = ±1, the bias free of penalty. That
 * is scikit-learn's, with C = 1 / l2.
 */
import { ArgumentError, callSite } from "insitu";
import type { Pauses } from "../shared/pauses.ts";

export interface Logistic {
  weights: Float64Array;
  bias: number;
}

/** Examples of two classes. */
export interface Examples {
  /** [count, width], row by row. */
  x: Float64Array;
  width: number;
  /** 1 or 0 of each. Both must be there: else there is no least loss. */
  labels: readonly number[];
}

/** w·x + b of one row. */
export function logitOf({ weights, bias }: Logistic, x: Float64Array, row: number): number {
  let sum = bias;
  const from = row * weights.length;
  for (let i = 0; i < weights.length; i++) sum += (weights[i] as number) * (x[from + i] as number);
  return sum;
}

/** The part of these examples that is on the right side. */
export function accuracyOf(model: Logistic, { x, labels }: Examples): number {
  return labels.filter((label, row) => logitOf(model, x, row) > 0 === (label === 1)).length / labels.length;
}

/**
 * The one minimum, by Newton's method: each step by conjugate gradients, as exactly as it is worth (Nocedal & Wright,
 * Numerical Optimization, 7.1), halved until the loss falls.
 *
 * @throws ArgumentError where l2 is too small for the minimum to be found.
 */
export async function fitLogistic({ x, width, labels }: Examples, l2: number, pauses: Pauses): Promise<Logistic> {
  const problem = new Problem(x, width, labels, l2);
  let at = new Float64Array(width + 1);
  let { loss, gradient } = problem.look(at);
  const first = norm(gradient);
  let before = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const size = norm(gradient);
    // At the minimum the penalty's part and the examples' cancel: so exactly, or as exactly as rounding lets them.
    const cancelled = size <= EXACT * l2 * norm(at.subarray(0, width));
    if (cancelled || (size <= ROUNDED * first && size > before / 2)) return problem.uncentred(at);
    before = size;
    const step = await conjugateGradients(problem, gradient, Math.min(0.1, size / first) * size, pauses);
    const slope = dot(step, gradient);
    let length = 1;
    let moved = at;
    for (;;) {
      moved = at.map((value, i) => value + length * (step[i] as number));
      const next = problem.look(moved);
      // Near the minimum the loss can no longer tell: the gradient does.
      const better = next.loss <= loss + 1e-4 * length * slope || norm(next.gradient) < size;
      if (better || length < 1e-10) {
        ({ loss, gradient } = next);
        break;
      }
      length /= 2;
    }
    at = moved;
  }
  throw new ArgumentError(`The probe's regression did not converge with l2 ${l2}.`, "Take a larger l2.", { l2 }).at(
    callSite(),
  );
}

const ROUNDS = 200;
/** Of the gradient, beside the penalty's part of it. */
const EXACT = 1e-10;
/** Of the gradient, beside the first one, where it no longer falls. */
const ROUNDED = 1e-8;

/** The loss around a point. Parameters are weights, then the bias, of features less their mean: better conditioned. */
class Problem {
  private readonly x: Float64Array;
  private readonly mean: Float64Array;
  private readonly count: number;
  /** p (1 - p) of each example. */
  private readonly spread: Float64Array;

  constructor(
    x: Float64Array,
    readonly width: number,
    private readonly labels: readonly number[],
    private readonly l2: number,
  ) {
    this.count = labels.length;
    this.mean = new Float64Array(width);
    for (let i = 0; i < x.length; i++) this.mean[i % width]! += (x[i] as number) / this.count;
    this.x = x.map((value, i) => value - (this.mean[i % width] as number));
    this.spread = new Float64Array(this.count);
  }

  /** Loss and gradient; leaves p (1 - p) for `hessian`. */
  look(at: Float64Array): { loss: number; gradient: Float64Array } {
    const { x, width, labels, count, l2 } = this;
    const gradient = at.map((value) => l2 * value);
    gradient[width] = 0;
    let loss = 0;
    for (let i = 0; i < width; i++) loss += (l2 / 2) * (at[i] as number) ** 2;
    for (let row = 0; row < count; row++) {
      const z = this.product(at, row);
      const margin = labels[row] === 1 ? z : -z;
      loss += margin > 0 ? Math.log1p(Math.exp(-margin)) : Math.log1p(Math.exp(margin)) - margin;
      // The wrong side's probability, exact where it is tiny.
      const wrong = 1 / (1 + Math.exp(margin));
      const residual = labels[row] === 1 ? -wrong : wrong;
      this.spread[row] = wrong * (1 - wrong);
      for (let i = 0; i < width; i++) gradient[i]! += residual * (x[row * width + i] as number);
      gradient[width]! += residual;
    }
    return { loss, gradient };
  }

  /** The Hessian at the last point looked at, times a vector. */
  hessian(v: Float64Array): Float64Array {
    const { x, width, count, l2 } = this;
    const result = v.map((value) => l2 * value);
    result[width] = 0;
    for (let row = 0; row < count; row++) {
      const weight = (this.spread[row] as number) * this.product(v, row);
      for (let i = 0; i < width; i++) result[i]! += weight * (x[row * width + i] as number);
      result[width]! += weight;
    }
    return result;
  }

  /** The Hessian's diagonal. */
  diagonal(): Float64Array {
    const { x, width, count, l2 } = this;
    const result = new Float64Array(width + 1).fill(l2);
    result[width] = 0;
    for (let row = 0; row < count; row++) {
      const weight = this.spread[row] as number;
      for (let i = 0; i < width; i++) result[i]! += weight * (x[row * width + i] as number) ** 2;
      result[width]! += weight;
    }
    return result;
  }

  /** The same plane for features as they are. */
  uncentred(at: Float64Array): Logistic {
    const weights = at.slice(0, this.width);
    return { weights, bias: (at[this.width] as number) - dot(weights, this.mean) };
  }

  private product(v: Float64Array, row: number): number {
    let sum = v[this.width] as number;
    const from = row * this.width;
    for (let i = 0; i < this.width; i++) sum += (v[i] as number) * (this.x[from + i] as number);
    return sum;
  }
}

/** Solves Hessian · step = -gradient to a residual of that size, preconditioned by the diagonal. */
async function conjugateGradients(
  problem: Problem,
  gradient: Float64Array,
  residual: number,
  pauses: Pauses,
): Promise<Float64Array> {
  const diagonal = problem.diagonal();
  const scaled = (v: Float64Array) => v.map((value, i) => value / (diagonal[i] as number));
  const step = new Float64Array(gradient.length);
  const rest = gradient.map((value) => -value);
  let direction = scaled(rest);
  let product = dot(rest, direction);
  for (let round = 0; round < 2 * gradient.length && norm(rest) > residual; round++) {
    await pauses.due();
    const curved = problem.hessian(direction);
    const length = product / dot(direction, curved);
    for (let i = 0; i < step.length; i++) {
      step[i]! += length * (direction[i] as number);
      rest[i]! -= length * (curved[i] as number);
    }
    const next = scaled(rest);
    const after = dot(rest, next);
    direction = next.map((value, i) => value + (after / product) * (direction[i] as number));
    product = after;
  }
  return step;
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

const norm = (v: Float64Array): number => Math.sqrt(dot(v, v));
