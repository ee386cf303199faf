import { type DType, promote, type TensorType } from "../dtype.ts";
import { ArgumentError } from "../errors.ts";
import { broadcast } from "../shape.ts";
import { each, type OpRule, type OpTable } from "./rule.ts";

const first = (inputs: readonly TensorType[]): TensorType => inputs[0] as TensorType;

function unary(dtype: "float32" | "keep" | "bool", attrs: OpRule["attrs"] = {}): OpRule {
  return {
    inputs: [1, 1],
    attrs,
    infer: (inputs) => {
      const x = first(inputs);
      const kept: DType = x.dtype === "bool" ? "int32" : x.dtype;
      return { shape: x.shape, dtype: dtype === "keep" ? kept : dtype };
    },
  };
}

function binary(op: string, dtype: "float32" | "promote" | "bool"): OpRule {
  return {
    inputs: [2, 2],
    attrs: {},
    infer: ([a, b]) => {
      const [x, y] = [a as TensorType, b as TensorType];
      const shape = broadcast(op, x.shape, y.shape);
      return { shape, dtype: dtype === "promote" ? promote(x.dtype, y.dtype) : dtype };
    },
  };
}

function logical(op: string, count: 1 | 2): OpRule {
  return {
    inputs: [count, count],
    attrs: {},
    infer: (inputs) => {
      for (const { dtype } of inputs) {
        if (dtype !== "bool") {
          throw new ArgumentError(
            `${op} takes bool values; it got ${dtype}.`,
            'Compare first (x.greater(0)), or .cast("bool").',
          );
        }
      }
      const [a, b] = inputs as [TensorType, TensorType?];
      return { shape: b ? broadcast(op, a.shape, b.shape) : a.shape, dtype: "bool" };
    },
  };
}

/**
 * Element by element: tfjs's names; what each does is said where it is called, in insitu's
 * `operations/elementwise.ts`. Booleans count as 0 and 1 in arithmetic.
 */
export const elementwise: OpTable = {
  ...each("add sub mul floorDiv mod maximum minimum squaredDifference", (op) => binary(op, "promote")),
  // True division: always float32, as torch; tfjs floors ints.
  ...each("div pow atan2", (op) => binary(op, "float32")),
  ...each("equal notEqual greater greaterEqual less lessEqual", (op) => binary(op, "bool")),
  ...each("logicalAnd logicalOr logicalXor", (op) => logical(op, 2)),
  logicalNot: logical("logicalNot", 1),

  ...each("abs neg sign square floor ceil round relu", () => unary("keep")),
  ...each(
    "exp expm1 log log1p sqrt rsqrt reciprocal sin cos tan asin acos atan sinh cosh tanh erf sigmoid softplus silu elu",
    () => unary("float32"),
  ),
  /** x, or alpha · x below 0 (alpha 0.2 unless set). */
  leakyRelu: unary("float32", { alpha: "number" }),
  /** GELU. approximate "tanh" (default) is GPT-2's gelu_new, 0.5x(1 + tanh(√(2/π)(x + 0.044715x³))) (Hendrycks & Gimpel 2016); "none" is x·Φ(x). */
  gelu: unary("float32", { approximate: "tanh|none" }),
  /** Whether NaN, bool. (On webgpu NaN is not reliable.) */
  isNaN: unary("bool"),
  /** x held between min and max. */
  clipByValue: unary("keep", {
    min: "number!",
    max: "number!",
  }),
  /** A copy: later in-place edits of the original do not show in it. */
  clone: {
    inputs: [1, 1],
    attrs: {},
    infer: (inputs) => first(inputs),
  },
  /** The same numbers, through which no gradient flows: torch's detach. */
  detach: {
    inputs: [1, 1],
    attrs: {},
    infer: (inputs) => first(inputs),
  },
  /** The same numbers as another dtype. */
  cast: {
    inputs: [1, 1],
    attrs: { dtype: "dtype!" },
    infer: (inputs, attrs) => ({ shape: first(inputs).shape, dtype: attrs["dtype"] as DType }),
  },
  /** a where the condition (bool) holds, else b. */
  where: {
    inputs: [3, 3],
    attrs: {},
    infer: ([condition, a, b]) => {
      const [c, x, y] = [condition, a, b] as [TensorType, TensorType, TensorType];
      if (c.dtype !== "bool") {
        throw new ArgumentError(`where: the condition is ${c.dtype}.`, "Pass a bool value, such as x.greater(0).");
      }
      const dtype = x.dtype === y.dtype ? x.dtype : promote(x.dtype, y.dtype);
      return { shape: broadcast("where", c.shape, broadcast("where", x.shape, y.shape)), dtype };
    },
  },
};
