/**
 * The operations of a recorded value, by tfjs's names. Each is of the op table of
 * `@insitu/program`, which holds the shape rules; binary ones broadcast as numpy does. All throw
 * ShapeMismatchError or ArgumentError at the line that calls them.
 */
import { type Attrs, type DType, elementwise } from "@insitu/program";
import { attrs } from "./attrs.ts";
import { defineMethod } from "./defineMethod.ts";

/** Element by element. `V` is what an operation gives, `O` what it takes beside its own value. */
export interface Elementwise<V, O> {
  /** Absolute value. */
  abs(): V;
  /** -x. */
  neg(): V;
  /** -1, 0 or 1. */
  sign(): V;
  /** x². */
  square(): V;
  /** Largest integer not above. */
  floor(): V;
  /** Smallest integer not below. */
  ceil(): V;
  /** Nearest integer, halves to even. */
  round(): V;
  /** max(x, 0). */
  relu(): V;
  /** e^x. float32. */
  exp(): V;
  /** e^x - 1. float32. */
  expm1(): V;
  /** Natural logarithm. float32. */
  log(): V;
  /** log(1 + x). float32. */
  log1p(): V;
  /** Square root. float32. */
  sqrt(): V;
  /** 1 / square root. float32. */
  rsqrt(): V;
  /** 1 / x. float32. */
  reciprocal(): V;
  /** Sine of radians. float32. */
  sin(): V;
  /** Cosine of radians. float32. */
  cos(): V;
  /** Tangent of radians. float32. */
  tan(): V;
  /** Arc sine, radians. float32. */
  asin(): V;
  /** Arc cosine, radians. float32. */
  acos(): V;
  /** Arc tangent, radians. float32. */
  atan(): V;
  /** Hyperbolic sine. float32. */
  sinh(): V;
  /** Hyperbolic cosine. float32. */
  cosh(): V;
  /** Hyperbolic tangent. float32. */
  tanh(): V;
  /** Error function. float32. */
  erf(): V;
  /** 1 / (1 + e^-x). float32. */
  sigmoid(): V;
  /** log(1 + e^x). float32. */
  softplus(): V;
  /** x · sigmoid(x). float32. */
  silu(): V;
  /** x, or e^x - 1 below 0. float32. */
  elu(): V;
  /** Whether NaN, bool. Not reliable on webgpu. */
  isNaN(): V;
  /** Not, of a bool value. */
  logicalNot(): V;
  /** A copy: later in-place edits of the original do not show in it. */
  clone(): V;
  /** this + b. */
  add(b: O): V;
  /** this - b. */
  sub(b: O): V;
  /** this * b. */
  mul(b: O): V;
  /** this / b, true division: always float32. */
  div(b: O): V;
  /** Floor of this / b. */
  floorDiv(b: O): V;
  /** Remainder with the sign of b, as Python's %. */
  mod(b: O): V;
  /** this to the power b. float32. */
  pow(b: O): V;
  /** The larger of the two. */
  maximum(b: O): V;
  /** The smaller of the two. */
  minimum(b: O): V;
  /** (this - b)². */
  squaredDifference(b: O): V;
  /** Angle of the point (b, this), radians. float32. */
  atan2(b: O): V;
  /** this == b, bool. */
  equal(b: O): V;
  /** this != b, bool. */
  notEqual(b: O): V;
  /** this > b, bool. */
  greater(b: O): V;
  /** this >= b, bool. */
  greaterEqual(b: O): V;
  /** this < b, bool. */
  less(b: O): V;
  /** this <= b, bool. */
  lessEqual(b: O): V;
  /** Both, of bool values. */
  logicalAnd(b: O): V;
  /** Either, of bool values. */
  logicalOr(b: O): V;
  /** Exactly one, of bool values. */
  logicalXor(b: O): V;
  /** The same numbers, through which no gradient flows. */
  detach(): V;
}

// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the interface's methods are made below, of the table.
// biome-ignore lint/correctness/noUnusedVariables: both declarations must name the same parameters.
export abstract class Elementwise<V, O> {
  /** Records an operation of the table with this value as its first input. */
  protected abstract record(op: string, others: readonly unknown[], attrs?: Attrs): V;

  /** GPT-2's gelu_new ("tanh"), or the exact GELU ("none"). float32. */
  gelu(approximate: "tanh" | "none" = "tanh"): V {
    return this.record("gelu", [], { approximate });
  }
  /** x, or alpha · x below 0. float32. */
  leakyRelu(alpha?: number): V {
    return this.record("leakyRelu", [], attrs({ alpha }));
  }
  /** x held between min and max. */
  clipByValue(min: number, max: number): V {
    return this.record("clipByValue", [], { min, max });
  }
  /** The same numbers as another dtype. */
  cast(dtype: DType): V {
    return this.record("cast", [], { dtype });
  }
}

for (const [op, { attrs }] of Object.entries(elementwise)) {
  if (op === "where" || Object.keys(attrs).length > 0) continue;
  defineMethod(Elementwise.prototype, op, function (...others: never[]) {
    return this.record(op, others);
  });
}
