/** Where on [0, 1] a function is looked at, and how much each look counts, to integrate it. */
import { ArgumentError, callSite } from "insitu";
import { indices } from "../shared/request.ts";

/**
 * "midpoint" has equal steps and weights: best for what changes in one place and is flat at both ends, as a probability.
 * "gauss-legendre" is exact for polynomials of degree 2 · steps - 1: best for what is smooth throughout, with many steps.
 */
export type QuadratureRule = "gauss-legendre" | "midpoint";

export interface Quadrature {
  /** Rising, inside (0, 1). */
  points: number[];
  /** As many; their sum is 1. */
  weights: number[];
}

/** @throws ArgumentError for a rule that there is not, and a number of steps that is none. */
export function quadrature(rule: QuadratureRule, steps: number): Quadrature {
  if (!Number.isInteger(steps) || steps < 1 || steps > MAX_STEPS) {
    throw new ArgumentError(`steps is ${steps}.`, `Use a whole number, 1 to ${MAX_STEPS}.`, { steps }).at(callSite());
  }
  if (rule === "gauss-legendre") return gaussLegendre(steps);
  if (rule === "midpoint")
    return { points: indices(steps).map((i) => (i + 0.5) / steps), weights: new Array(steps).fill(1 / steps) };
  throw new ArgumentError(`There is no rule ${JSON.stringify(rule)}.`, 'There are "gauss-legendre" and "midpoint".', {
    rule,
  }).at(callSite());
}

const MAX_STEPS = 1024;

/** The zeros of the Legendre polynomial of degree n, by Newton's method from Tricomi's first guess. */
function gaussLegendre(n: number): Quadrature {
  const points = new Array<number>(n);
  const weights = new Array<number>(n);
  for (let i = 0; i < n; i++) {
    let x = Math.cos((Math.PI * (n - i - 0.25)) / (n + 0.5));
    let slope = 1;
    for (let round = 0; round < 100; round++) {
      const { value, derivative } = legendre(n, x);
      slope = derivative;
      const move = value / derivative;
      x -= move;
      if (Math.abs(move) < 1e-15) break;
    }
    points[i] = (1 + x) / 2;
    weights[i] = 1 / ((1 - x * x) * slope * slope);
  }
  return { points, weights };
}

/** P_n and its derivative at x, -1 < x < 1, by Bonnet's recursion. */
function legendre(n: number, x: number): { value: number; derivative: number } {
  let [before, value] = [1, x];
  for (let k = 2; k <= n; k++) [before, value] = [value, ((2 * k - 1) * x * value - (k - 1) * before) / k];
  return { value, derivative: (n * (x * value - before)) / (x * x - 1) };
}
