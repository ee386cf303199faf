/**
 * The operations of a recorded value, by tfjs's names. Each is of the op table of
 * `@insitu/program`, which holds the shape rules; binary ones broadcast as numpy does. All throw
 * ShapeMismatchError or ArgumentError at the line that calls them.
 */
import type { Attrs, DType } from "@insitu/program";
import type { Operand, Value } from "../value.ts";
import { attrs } from "./attrs.ts";

/** Element by element. */
export abstract class Elementwise {
  /** Records an operation of the table with this value as its first input. */
  protected abstract record(op: string, others: readonly unknown[], attrs?: Attrs): Value;

  /** Absolute value. */
  abs(): Value {
    return this.record("abs", []);
  }
  /** -x. */
  neg(): Value {
    return this.record("neg", []);
  }
  /** -1, 0 or 1. */
  sign(): Value {
    return this.record("sign", []);
  }
  /** x². */
  square(): Value {
    return this.record("square", []);
  }
  /** Largest integer not above. */
  floor(): Value {
    return this.record("floor", []);
  }
  /** Smallest integer not below. */
  ceil(): Value {
    return this.record("ceil", []);
  }
  /** Nearest integer, halves to even. */
  round(): Value {
    return this.record("round", []);
  }
  /** max(x, 0). */
  relu(): Value {
    return this.record("relu", []);
  }
  /** e^x. float32. */
  exp(): Value {
    return this.record("exp", []);
  }
  /** e^x - 1. float32. */
  expm1(): Value {
    return this.record("expm1", []);
  }
  /** Natural logarithm. float32. */
  log(): Value {
    return this.record("log", []);
  }
  /** log(1 + x). float32. */
  log1p(): Value {
    return this.record("log1p", []);
  }
  /** Square root. float32. */
  sqrt(): Value {
    return this.record("sqrt", []);
  }
  /** 1 / square root. float32. */
  rsqrt(): Value {
    return this.record("rsqrt", []);
  }
  /** 1 / x. float32. */
  reciprocal(): Value {
    return this.record("reciprocal", []);
  }
  /** Sine of radians. float32. */
  sin(): Value {
    return this.record("sin", []);
  }
  /** Cosine of radians. float32. */
  cos(): Value {
    return this.record("cos", []);
  }
  /** Tangent of radians. float32. */
  tan(): Value {
    return this.record("tan", []);
  }
  /** Arc sine, radians. float32. */
  asin(): Value {
    return this.record("asin", []);
  }
  /** Arc cosine, radians. float32. */
  acos(): Value {
    return this.record("acos", []);
  }
  /** Arc tangent, radians. float32. */
  atan(): Value {
    return this.record("atan", []);
  }
  /** Hyperbolic sine. float32. */
  sinh(): Value {
    return this.record("sinh", []);
  }
  /** Hyperbolic cosine. float32. */
  cosh(): Value {
    return this.record("cosh", []);
  }
  /** Hyperbolic tangent. float32. */
  tanh(): Value {
    return this.record("tanh", []);
  }
  /** Error function. float32. */
  erf(): Value {
    return this.record("erf", []);
  }
  /** 1 / (1 + e^-x). float32. */
  sigmoid(): Value {
    return this.record("sigmoid", []);
  }
  /** log(1 + e^x). float32. */
  softplus(): Value {
    return this.record("softplus", []);
  }
  /** x · sigmoid(x). float32. */
  silu(): Value {
    return this.record("silu", []);
  }
  /** x, or e^x - 1 below 0. float32. */
  elu(): Value {
    return this.record("elu", []);
  }
  /** Whether NaN, bool. Not reliable on webgpu. */
  isNaN(): Value {
    return this.record("isNaN", []);
  }
  /** Not, of a bool value. */
  logicalNot(): Value {
    return this.record("logicalNot", []);
  }
  /** A copy: later in-place edits of the original do not show in it. */
  clone(): Value {
    return this.record("clone", []);
  }

  /** this + b. */
  add(b: Operand): Value {
    return this.record("add", [b]);
  }
  /** this - b. */
  sub(b: Operand): Value {
    return this.record("sub", [b]);
  }
  /** this * b. */
  mul(b: Operand): Value {
    return this.record("mul", [b]);
  }
  /** this / b, true division: always float32. */
  div(b: Operand): Value {
    return this.record("div", [b]);
  }
  /** Floor of this / b. */
  floorDiv(b: Operand): Value {
    return this.record("floorDiv", [b]);
  }
  /** Remainder with the sign of b, as Python's %. */
  mod(b: Operand): Value {
    return this.record("mod", [b]);
  }
  /** this to the power b. float32. */
  pow(b: Operand): Value {
    return this.record("pow", [b]);
  }
  /** The larger of the two. */
  maximum(b: Operand): Value {
    return this.record("maximum", [b]);
  }
  /** The smaller of the two. */
  minimum(b: Operand): Value {
    return this.record("minimum", [b]);
  }
  /** (this - b)². */
  squaredDifference(b: Operand): Value {
    return this.record("squaredDifference", [b]);
  }
  /** Angle of the point (b, this), radians. float32. */
  atan2(b: Operand): Value {
    return this.record("atan2", [b]);
  }
  /** this == b, bool. */
  equal(b: Operand): Value {
    return this.record("equal", [b]);
  }
  /** this != b, bool. */
  notEqual(b: Operand): Value {
    return this.record("notEqual", [b]);
  }
  /** this > b, bool. */
  greater(b: Operand): Value {
    return this.record("greater", [b]);
  }
  /** this >= b, bool. */
  greaterEqual(b: Operand): Value {
    return this.record("greaterEqual", [b]);
  }
  /** this < b, bool. */
  less(b: Operand): Value {
    return this.record("less", [b]);
  }
  /** this <= b, bool. */
  lessEqual(b: Operand): Value {
    return this.record("lessEqual", [b]);
  }
  /** Both, of bool values. */
  logicalAnd(b: Operand): Value {
    return this.record("logicalAnd", [b]);
  }
  /** Either, of bool values. */
  logicalOr(b: Operand): Value {
    return this.record("logicalOr", [b]);
  }
  /** Exactly one, of bool values. */
  logicalXor(b: Operand): Value {
    return this.record("logicalXor", [b]);
  }

  /** GPT-2's gelu_new ("tanh"), or the exact GELU ("none"). float32. */
  gelu(approximate: "tanh" | "none" = "tanh"): Value {
    return this.record("gelu", [], { approximate });
  }
  /** x, or alpha · x below 0. float32. */
  leakyRelu(alpha?: number): Value {
    return this.record("leakyRelu", [], attrs({ alpha }));
  }
  /** x held between min and max. */
  clipByValue(min: number, max: number): Value {
    return this.record("clipByValue", [], { min, max });
  }
  /** The same numbers as another dtype. */
  cast(dtype: DType): Value {
    return this.record("cast", [], { dtype });
  }
}
