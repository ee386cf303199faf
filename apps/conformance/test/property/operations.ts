/**
 * Random operations on a float value. Each keeps to numbers on which every machine agrees: arguments
 * are held off poles, and whatever jumps (rounding, comparisons, the largest of several) comes with a
 * guard, the distance to its nearest jump.
 */
import { concat, einsum, stack, type Value, where } from "insitu";
import type { Choices } from "./choices.ts";
import type { Guards } from "./guards.ts";
import { ATAN2_OF_ZERO, MOST_DIMENSIONS_LAID_OUT } from "./limits.ts";

export interface Context {
  choices: Choices;
  guards: Guards;
  /** A value of the same shape and dtype made before, or this one again. */
  partner(x: Value): Value;
}

interface Operation {
  fits?: (x: Value) => boolean;
  make: (x: Value, context: Context) => Value;
}

const last = (x: Value): number => x.shape[x.rank - 1] ?? 1;
const axisOf = (x: Value, choices: Choices): number => choices.between(-x.rank, x.rank - 1);
const hasAxes = (x: Value): boolean => x.rank > 0 && x.size > 0;
const canBeLaidOut = (x: Value): boolean => hasAxes(x) && x.rank <= MOST_DIMENSIONS_LAID_OUT;
const isSmall = (x: Value): boolean => x.size > 0 && x.size <= 64;
const isMatrix = (x: Value): boolean => x.rank >= 2 && x.size > 0;
/** Within what no slope gets steep. */
const tame = (x: Value): Value => x.clipByValue(-8, 8);
/** Away from zero. */
const positive = (x: Value): Value => tame(x).abs().add(0.5);
/** Not zero, of either sign. */
const nonzero = (choices: Choices): number => (choices.once(2) ? -1 : 1) * choices.between(1, 8) * 0.25;

/** One number for each element. */
const ELEMENTWISE: Record<string, (x: Value, context: Context) => Value> = {
  neg: (x) => x.neg(),
  abs: (x) => x.abs(),
  add: (x, { choices, partner }) => (choices.once(2) ? x.add(choices.number(2)) : tame(x).add(tame(partner(x)))),
  sub: (x, { choices, partner }) => (choices.once(2) ? x.sub(choices.number(2)) : tame(x).sub(tame(partner(x)))),
  mul: (x, { choices, partner }) => (choices.once(2) ? x.mul(choices.number(2)) : tame(x).mul(partner(x).tanh())),
  div: (x, { choices, partner }) => (choices.once(2) ? x.div(nonzero(choices)) : tame(x).div(positive(partner(x)))),
  addRow: (x, { choices }) =>
    x.rank > MOST_DIMENSIONS_LAID_OUT
      ? x.clone()
      : x.add(Float32Array.from({ length: last(x) }, () => choices.number(1))),
  maximum: (x, { choices, partner }) => x.maximum(choices.once(2) ? choices.number(2) : partner(x)),
  minimum: (x, { choices, partner }) => x.minimum(choices.once(2) ? choices.number(2) : partner(x)),
  squaredDifference: (x, { partner }) => tame(x).squaredDifference(tame(partner(x))),
  atan2: (x, { guards, partner }) => {
    if (!ATAN2_OF_ZERO) guards.add(x.abs());
    return x.atan2(positive(partner(x)));
  },
  pow: (x, { choices }) => (choices.once(2) ? positive(x).pow(choices.number(2)) : tame(x).pow(choices.between(1, 3))),
  square: (x) => tame(x).square(),
  relu: (x) => x.relu(),
  exp: (x) => x.clipByValue(-4, 4).exp(),
  expm1: (x) => x.clipByValue(-4, 4).expm1(),
  log: (x) => positive(x).log(),
  log1p: (x) => positive(x).log1p(),
  sqrt: (x) => positive(x).sqrt(),
  rsqrt: (x) => positive(x).rsqrt(),
  reciprocal: (x) => positive(x).reciprocal(),
  sin: (x) => tame(x).sin(),
  cos: (x) => tame(x).cos(),
  tan: (x) => x.tanh().tan(),
  atan: (x) => x.atan(),
  sinh: (x) => x.clipByValue(-4, 4).sinh(),
  cosh: (x) => x.clipByValue(-4, 4).cosh(),
  tanh: (x) => x.tanh(),
  erf: (x) => x.erf(),
  sigmoid: (x) => x.sigmoid(),
  softplus: (x) => x.softplus(),
  silu: (x) => x.silu(),
  elu: (x) => x.elu(),
  leakyRelu: (x, { choices }) => x.leakyRelu(choices.once(2) ? 0.25 : undefined),
  gelu: (x, { choices }) => x.gelu(choices.of(["tanh", "none"] as const)),
  clipByValue: (x, { choices }) => x.clipByValue(-choices.between(1, 3), choices.between(1, 3)),
  clone: (x) => x.clone(),
  where: (x, { choices, guards }) => {
    if (x.rank > MOST_DIMENSIONS_LAID_OUT) return x.clone();
    const at = choices.number(1) + 0.125;
    guards.add(x.sub(at).abs());
    const condition = choices.of([
      () => x.greater(at),
      () => x.lessEqual(at),
      () => x.less(at).logicalNot(),
      () => x.greaterEqual(at).logicalAnd(x.notEqual(at)),
      () => x.greater(at).logicalOr(x.less(at - 1).logicalXor(x.less(at - 1))),
    ])();
    return where(condition, x, choices.once(2) ? choices.number(2) : x.mul(choices.number(1)));
  },
};

/** Other shapes, and over axes. */
const SHAPING: Record<string, Operation> = {
  mean: { fits: hasAxes, make: (x, { choices }) => x.mean(axisOf(x, choices), choices.once(2)) },
  sum: { fits: hasAxes, make: (x, { choices }) => x.sum(axisOf(x, choices), choices.once(2)) },
  sumAll: { fits: hasAxes, make: (x) => x.sum() },
  max: { fits: hasAxes, make: (x, { choices }) => x.max(axisOf(x, choices), choices.once(2)) },
  min: { fits: hasAxes, make: (x, { choices }) => x.min(axisOf(x, choices), choices.once(2)) },
  variance: { fits: hasAxes, make: (x, { choices }) => tame(x).variance(axisOf(x, choices), choices.once(2)) },
  std: { fits: hasAxes, make: (x, { choices }) => tame(x).std(axisOf(x, choices)) },
  logSumExp: { fits: hasAxes, make: (x, { choices }) => x.logSumExp(axisOf(x, choices)) },
  norm: {
    fits: hasAxes,
    make: (x, { choices }) =>
      x.norm(choices.of(["euclidean", 1, Number.POSITIVE_INFINITY] as const), axisOf(x, choices)),
  },
  prod: { fits: hasAxes, make: (x, { choices }) => x.tanh().prod(axisOf(x, choices)) },
  anyAll: {
    fits: hasAxes,
    make: (x, { choices, guards }) => {
      guards.add(x.sub(0.125).abs());
      const condition = x.greater(0.125);
      return toFloat(choices.once(2) ? condition.any(-1) : condition.all(-1));
    },
  },
  softmax: { fits: hasAxes, make: (x, { choices }) => x.softmax(axisOf(x, choices)) },
  logSoftmax: { fits: hasAxes, make: (x, { choices }) => x.logSoftmax(axisOf(x, choices)) },
  cumsum: {
    fits: canBeLaidOut,
    make: (x, { choices }) => {
      const axis = axisOf(x, choices);
      return tame(x).cumsum(axis, choices.once(2), choices.once(2));
    },
  },
  topk: { fits: hasAxes, make: (x, { choices }) => x.topk(choices.between(1, Math.min(5, last(x)))).values },
  layerNorm: { fits: (x) => hasAxes(x) && last(x) > 1, make: (x) => x.layerNorm(undefined, undefined, 0.1) },
  matMul: { fits: isMatrix, make: (x, { partner }) => tame(x).matMul(partner(x).tanh(), false, true) },
  gram: { fits: isMatrix, make: (x) => tame(x).matMul(x.tanh(), true, false) },
  einsum: {
    fits: (x) => x.rank === 3 && x.size > 0,
    make: (x, { choices, partner }) =>
      einsum(choices.of(["abc,abc->ab", "abc,abc->cb", "abc,adc->abd", "abc,abd->cd"]), tame(x), partner(x).tanh()),
  },
  outerProduct: {
    fits: (x) => x.rank === 1 && isSmall(x),
    make: (x, { partner }) => x.outerProduct(partner(x).tanh()),
  },
  dot: { fits: (x) => x.rank === 1 && x.size > 0, make: (x, { partner }) => tame(x).dot(partner(x).tanh()) },
  transpose: {
    fits: (x) => x.rank > 0,
    make: (x, { choices }) => {
      const first = choices.below(x.rank);
      const others = x.shape.map((_, i) => i).filter((i) => i !== first);
      return choices.once(2) ? x.transpose() : x.transpose([first, ...others]);
    },
  },
  reshape: {
    make: (x, { choices }) => (choices.once(2) ? x.flatten() : x.reshape([last(x), x.size / last(x) || 0])),
    fits: hasAxes,
  },
  expandDims: { fits: (x) => x.rank < 5, make: (x, { choices }) => x.expandDims(choices.between(-x.rank - 1, x.rank)) },
  squeeze: { make: (x) => x.squeeze() },
  tile: {
    fits: (x) => canBeLaidOut(x) && x.size < 4000,
    make: (x, { choices }) => x.tile(x.shape.map(() => choices.of([1, 1, 2]))),
  },
  broadcastTo: { fits: (x) => x.rank < MOST_DIMENSIONS_LAID_OUT, make: (x) => x.broadcastTo([2, ...x.shape]) },
  pad: {
    fits: canBeLaidOut,
    make: (x, { choices }) =>
      x.pad(
        x.shape.map(() => [choices.below(2), choices.below(2)] as const),
        choices.number(1),
      ),
  },
  reverse: {
    fits: canBeLaidOut,
    make: (x, { choices }) => (choices.once(2) ? x.reverse() : x.reverse(axisOf(x, choices))),
  },
  concat: { fits: hasAxes, make: (x, { choices, partner }) => concat([x, partner(x)], axisOf(x, choices)) },
  stack: {
    fits: (x) => x.rank < 5,
    make: (x, { choices, partner }) => stack([x, partner(x)], choices.between(-x.rank - 1, x.rank)),
  },
  bandPart: { fits: isMatrix, make: (x, { choices }) => x.bandPart(choices.between(-1, 2), choices.between(-1, 2)) },
  oneHot: {
    fits: (x) => hasAxes(x) && last(x) >= 1,
    make: (x, { guards }) => {
      guards.gap(x, 1);
      const hot = x.argMax().oneHot(last(x));
      return hot;
    },
  },
};

/** What jumps at many places: of few elements only, so that one is seldom near a jump. */
const STEPPING: Record<string, (x: Value, context: Context) => Value> = {
  round: (x, { guards }) => {
    guards.add(x.sub(x.floor()).sub(0.5).abs());
    return x.round();
  },
  floor: (x, { guards }) => offIntegers(x, guards).floor(),
  ceil: (x, { guards }) => offIntegers(x, guards).ceil(),
  cast: (x, { guards }) => toFloat(offIntegers(x, guards).cast("int32")),
  sign: (x, { guards }) => {
    guards.add(x.abs());
    return x.sign();
  },
  floorDiv: (x, { choices, guards }) => {
    const by = nonzero(choices);
    offIntegers(x.div(by), guards);
    return x.floorDiv(by);
  },
  mod: (x, { choices, guards }) => {
    const by = nonzero(choices);
    offIntegers(x.div(by), guards);
    return x.mod(by);
  },
};

/**
 * WGSL allows these an error of 7e-5: within the tolerance, but nothing may be computed with them, since
 * a norm may make them larger.
 */
export const ROUGH: readonly ((x: Value) => Value)[] = [
  (x) => x.tanh().mul(0.9).asin(),
  (x) => x.tanh().mul(0.9).acos(),
];

function toFloat(x: Value): Value {
  const cast = x.cast("float32");
  return cast;
}

function offIntegers(x: Value, guards: Guards): Value {
  guards.add(x.sub(x.round()).abs());
  return x;
}

/** An operation that keeps the shape. */
export function reworked(x: Value, context: Context): Value {
  const name = context.choices.of(Object.keys(ELEMENTWISE));
  return (ELEMENTWISE[name] as (typeof ELEMENTWISE)[string])(x, context);
}

/** Any operation that fits. */
export function operated(x: Value, context: Context): Value {
  const { choices } = context;
  const kind = choices.of(["same", "same", "other", "other", "other", "jump"] as const);
  if (kind === "same" || x.dtype !== "float32") return reworked(x, context);
  if (kind === "jump" && isSmall(x)) return choices.of(Object.values(STEPPING))(x, context);
  const fitting = Object.values(SHAPING).filter((o) => o.fits?.(x) ?? true);
  return choices.of(fitting).make(x, context);
}
