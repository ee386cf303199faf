/**
 * The operations of a recorded value, by tfjs's names. Each is of the op table of
 * `@insitu/program`, which holds the shape rules; binary ones broadcast as numpy does. All throw
 * ShapeMismatchError or ArgumentError at the line that calls them.
 */
import type { Attrs, DType } from "@insitu/program";
import { attrs } from "./attrs.ts";

/** Element by element. `V` is what an operation gives, `O` what it takes beside its own value. */
export abstract class Elementwise<V, O> {
  /** Records an operation of the table with this value as its first input. */
  protected abstract record(op: string, others: readonly unknown[], attrs?: Attrs): V;

  /** Absolute value. */
  abs(): V {
    return this.record("abs", []);
  }
  /** -x. */
  neg(): V {
    return this.record("neg", []);
  }
  /** -1, 0 or 1. */
  sign(): V {
    return this.record("sign", []);
  }
  /** x². */
  square(): V {
    return this.record("square", []);
  }
  /** Largest integer not above. */
  floor(): V {
    return this.record("floor", []);
  }
  /** Smallest integer not below. */
  ceil(): V {
    return this.record("ceil", []);
  }
  /** Nearest integer, halves to even. */
  round(): V {
    return this.record("round", []);
  }
  /** max(x, 0). */
  relu(): V {
    return this.record("relu", []);
  }
  /** e^x. float32. */
  exp(): V {
    return this.record("exp", []);
  }
  /** e^x - 1. float32. */
  expm1(): V {
    return this.record("expm1", []);
  }
  /** Natural logarithm. float32. */
  log(): V {
    return this.record("log", []);
  }
  /** log(1 + x). float32. */
  log1p(): V {
    return this.record("log1p", []);
  }
  /** Square root. float32. */
  sqrt(): V {
    return this.record("sqrt", []);
  }
  /** 1 / square root. float32. */
  rsqrt(): V {
    return this.record("rsqrt", []);
  }
  /** 1 / x. float32. */
  reciprocal(): V {
    return this.record("reciprocal", []);
  }
  /** Sine of radians. float32. */
  sin(): V {
    return this.record("sin", []);
  }
  /** Cosine of radians. float32. */
  cos(): V {
    return this.record("cos", []);
  }
  /** Tangent of radians. float32. */
  tan(): V {
    return this.record("tan", []);
  }
  /** Arc sine, radians. float32. */
  asin(): V {
    return this.record("asin", []);
  }
  /** Arc cosine, radians. float32. */
  acos(): V {
    return this.record("acos", []);
  }
  /** Arc tangent, radians. float32. */
  atan(): V {
    return this.record("atan", []);
  }
  /** Hyperbolic sine. float32. */
  sinh(): V {
    return this.record("sinh", []);
  }
  /** Hyperbolic cosine. float32. */
  cosh(): V {
    return this.record("cosh", []);
  }
  /** Hyperbolic tangent. float32. */
  tanh(): V {
    return this.record("tanh", []);
  }
  /** Error function. float32. */
  erf(): V {
    return this.record("erf", []);
  }
  /** 1 / (1 + e^-x). float32. */
  sigmoid(): V {
    return this.record("sigmoid", []);
  }
  /** log(1 + e^x). float32. */
  softplus(): V {
    return this.record("softplus", []);
  }
  /** x · sigmoid(x). float32. */
  silu(): V {
    return this.record("silu", []);
  }
  /** x, or e^x - 1 below 0. float32. */
  elu(): V {
    return this.record("elu", []);
  }
  /** Whether NaN, bool. Not reliable on webgpu. */
  isNaN(): V {
    return this.record("isNaN", []);
  }
  /** Not, of a bool value. */
  logicalNot(): V {
    return this.record("logicalNot", []);
  }
  /** A copy: later in-place edits of the original do not show in it. */
  clone(): V {
    return this.record("clone", []);
  }

  /** this + b. */
  add(b: O): V {
    return this.record("add", [b]);
  }
  /** this - b. */
  sub(b: O): V {
    return this.record("sub", [b]);
  }
  /** this * b. */
  mul(b: O): V {
    return this.record("mul", [b]);
  }
  /** this / b, true division: always float32. */
  div(b: O): V {
    return this.record("div", [b]);
  }
  /** Floor of this / b. */
  floorDiv(b: O): V {
    return this.record("floorDiv", [b]);
  }
  /** Remainder with the sign of b, as Python's %. */
  mod(b: O): V {
    return this.record("mod", [b]);
  }
  /** this to the power b. float32. */
  pow(b: O): V {
    return this.record("pow", [b]);
  }
  /** The larger of the two. */
  maximum(b: O): V {
    return this.record("maximum", [b]);
  }
  /** The smaller of the two. */
  minimum(b: O): V {
    return this.record("minimum", [b]);
  }
  /** (this - b)². */
  squaredDifference(b: O): V {
    return this.record("squaredDifference", [b]);
  }
  /** Angle of the point (b, this), radians. float32. */
  atan2(b: O): V {
    return this.record("atan2", [b]);
  }
  /** this == b, bool. */
  equal(b: O): V {
    return this.record("equal", [b]);
  }
  /** this != b, bool. */
  notEqual(b: O): V {
    return this.record("notEqual", [b]);
  }
  /** this > b, bool. */
  greater(b: O): V {
    return this.record("greater", [b]);
  }
  /** this >= b, bool. */
  greaterEqual(b: O): V {
    return this.record("greaterEqual", [b]);
  }
  /** this < b, bool. */
  less(b: O): V {
    return this.record("less", [b]);
  }
  /** this <= b, bool. */
  lessEqual(b: O): V {
    return this.record("lessEqual", [b]);
  }
  /** Both, of bool values. */
  logicalAnd(b: O): V {
    return this.record("logicalAnd", [b]);
  }
  /** Either, of bool values. */
  logicalOr(b: O): V {
    return this.record("logicalOr", [b]);
  }
  /** Exactly one, of bool values. */
  logicalXor(b: O): V {
    return this.record("logicalXor", [b]);
  }

  /** The same numbers, through which no gradient flows. */
  detach(): V {
    return this.record("detach", []);
  }
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
