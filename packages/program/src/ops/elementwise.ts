import { type DType, promote, type TensorType } from "../dtype.ts";
import { ArgumentError } from "../errors.ts";
import { broadcast } from "../shape.ts";
import type { OpRule, OpTable } from "./rule.ts";

const first = (inputs: readonly TensorType[]): TensorType => inputs[0] as TensorType;

function unary(doc: string, dtype: "float32" | "keep" | "bool", attrs: OpRule["attrs"] = {}): OpRule {
  return {
    inputs: [1, 1],
    attrs,
    doc,
    infer: (inputs) => {
      const x = first(inputs);
      const kept: DType = x.dtype === "bool" ? "int32" : x.dtype;
      return { shape: x.shape, dtype: dtype === "keep" ? kept : dtype };
    },
  };
}

function binary(op: string, doc: string, dtype: "float32" | "promote" | "bool"): OpRule {
  return {
    inputs: [2, 2],
    attrs: {},
    doc,
    infer: ([a, b]) => {
      const [x, y] = [a as TensorType, b as TensorType];
      const shape = broadcast(op, x.shape, y.shape);
      return { shape, dtype: dtype === "promote" ? promote(x.dtype, y.dtype) : dtype };
    },
  };
}

function logical(op: string, doc: string, count: 1 | 2): OpRule {
  return {
    inputs: [count, count],
    attrs: {},
    doc,
    infer: (inputs) => {
      for (const { dtype } of inputs) {
        if (dtype !== "bool") {
          throw new ArgumentError(
            `${op} takes bool values; it got ${dtype}.`,
            'Compare first (x.greater(0)), or .cast("bool").',
            { op, dtype },
          );
        }
      }
      const [a, b] = inputs as [TensorType, TensorType?];
      return { shape: b ? broadcast(op, a.shape, b.shape) : a.shape, dtype: "bool" };
    },
  };
}

/** Element by element: tfjs's names. Booleans count as 0 and 1 in arithmetic. */
export const elementwise: OpTable = {
  add: binary("add", "a + b.", "promote"),
  sub: binary("sub", "a - b.", "promote"),
  mul: binary("mul", "a * b.", "promote"),
  div: binary("div", "a / b, true division: always float32 (as torch; tfjs floors ints).", "float32"),
  floorDiv: binary("floorDiv", "Floor of a / b.", "promote"),
  mod: binary("mod", "Remainder with the sign of b, as Python's %.", "promote"),
  pow: binary("pow", "a to the power b, float32.", "float32"),
  maximum: binary("maximum", "The larger of a and b.", "promote"),
  minimum: binary("minimum", "The smaller of a and b.", "promote"),
  squaredDifference: binary("squaredDifference", "(a - b)².", "promote"),
  atan2: binary("atan2", "Angle of the point (b, a).", "float32"),
  equal: binary("equal", "a == b, bool.", "bool"),
  notEqual: binary("notEqual", "a != b, bool.", "bool"),
  greater: binary("greater", "a > b, bool.", "bool"),
  greaterEqual: binary("greaterEqual", "a >= b, bool.", "bool"),
  less: binary("less", "a < b, bool.", "bool"),
  lessEqual: binary("lessEqual", "a <= b, bool.", "bool"),
  logicalAnd: logical("logicalAnd", "Both, bool.", 2),
  logicalOr: logical("logicalOr", "Either, bool.", 2),
  logicalXor: logical("logicalXor", "Exactly one, bool.", 2),
  logicalNot: logical("logicalNot", "Not, bool.", 1),

  abs: unary("Absolute value.", "keep"),
  neg: unary("-x.", "keep"),
  sign: unary("-1, 0 or 1.", "keep"),
  square: unary("x².", "keep"),
  floor: unary("Largest integer not above.", "keep"),
  ceil: unary("Smallest integer not below.", "keep"),
  round: unary("Nearest integer, halves to even.", "keep"),
  relu: unary("max(x, 0).", "keep"),
  exp: unary("e^x.", "float32"),
  expm1: unary("e^x - 1.", "float32"),
  log: unary("Natural logarithm.", "float32"),
  log1p: unary("log(1 + x).", "float32"),
  sqrt: unary("Square root.", "float32"),
  rsqrt: unary("1 / square root.", "float32"),
  reciprocal: unary("1 / x.", "float32"),
  sin: unary("Sine, radians.", "float32"),
  cos: unary("Cosine, radians.", "float32"),
  tan: unary("Tangent, radians.", "float32"),
  asin: unary("Arc sine, radians.", "float32"),
  acos: unary("Arc cosine, radians.", "float32"),
  atan: unary("Arc tangent, radians.", "float32"),
  sinh: unary("Hyperbolic sine.", "float32"),
  cosh: unary("Hyperbolic cosine.", "float32"),
  tanh: unary("Hyperbolic tangent.", "float32"),
  erf: unary("Error function.", "float32"),
  sigmoid: unary("1 / (1 + e^-x).", "float32"),
  softplus: unary("log(1 + e^x).", "float32"),
  silu: unary("x · sigmoid(x).", "float32"),
  elu: unary("x, or e^x - 1 below 0.", "float32"),
  leakyRelu: unary("x, or alpha · x below 0 (alpha 0.2 unless set).", "float32", { alpha: { kind: "number" } }),
  gelu: unary(
    'GELU. approximate "tanh" (default) is GPT-2\'s gelu_new, 0.5x(1 + tanh(√(2/π)(x + 0.044715x³))) (Hendrycks & Gimpel 2016); "none" is x·Φ(x).',
    "float32",
    { approximate: { kind: ["tanh", "none"] } },
  ),
  isNaN: unary("Whether NaN, bool. (On webgpu NaN is not reliable.)", "bool"),
  clipByValue: unary("x held between min and max.", "keep", {
    min: { kind: "number", required: true },
    max: { kind: "number", required: true },
  }),
  clone: {
    inputs: [1, 1],
    attrs: {},
    doc: "A copy: later in-place edits of the original do not show in it.",
    infer: (inputs) => first(inputs),
  },
  detach: {
    inputs: [1, 1],
    attrs: {},
    doc: "The same numbers, through which no gradient flows: torch's detach.",
    infer: (inputs) => first(inputs),
  },
  cast: {
    inputs: [1, 1],
    attrs: { dtype: { kind: "dtype", required: true } },
    doc: "The same numbers as another dtype.",
    infer: (inputs, attrs) => ({ shape: first(inputs).shape, dtype: attrs["dtype"] as DType }),
  },
  where: {
    inputs: [3, 3],
    attrs: {},
    doc: "a where the condition (bool) holds, else b.",
    infer: ([condition, a, b]) => {
      const [c, x, y] = [condition, a, b] as [TensorType, TensorType, TensorType];
      if (c.dtype !== "bool") {
        throw new ArgumentError(`where: the condition is ${c.dtype}.`, "Pass a bool value, such as x.greater(0).", {
          dtype: c.dtype,
        });
      }
      const dtype = x.dtype === y.dtype ? x.dtype : promote(x.dtype, y.dtype);
      return { shape: broadcast("where", c.shape, broadcast("where", x.shape, y.shape)), dtype };
    },
  },
};
