import type { DType, TensorType } from "../dtype.ts";
import { ArgumentError, ShapeMismatchError } from "../errors.ts";
import { type Attrs, axesOf, axisOf, float, type OpRule, type OpTable } from "./rule.ts";

const AXES = { axis: { kind: "axes" }, keepDims: { kind: "bool" } } as const;

/** Over `axis` (one, several, or all where none is named); `keepDims` keeps them as 1. */
function reduce(op: string, dtypeOf: (x: TensorType) => DType): OpRule {
  return {
    inputs: [1, 1],
    attrs: AXES,
    infer: ([x], attrs) => ({ shape: reduced(op, x as TensorType, attrs), dtype: dtypeOf(x as TensorType) }),
  };
}

/** These of nothing are 0, false, true and 1; the others do not exist. */
const OF_NOTHING = new Set(["sum", "any", "all", "prod"]);

function reduced(op: string, x: TensorType, attrs: Attrs): number[] {
  const axes = axesOf(op, attrs, x.shape.length);
  if (axes.some((a) => x.shape[a] === 0) && !OF_NOTHING.has(op)) {
    throw new ShapeMismatchError(
      `${op} over an empty dimension of [${x.shape.join(", ")}].`,
      "There is nothing to take it of; slice something first.",
      { op },
    );
  }
  return x.shape.flatMap((d, i) => (axes.includes(i) ? (attrs["keepDims"] ? [1] : []) : [d]));
}

const toFloat = (): DType => "float32";
const summed = (x: TensorType): DType => (x.dtype === "float32" ? "float32" : "int32");

function needBool(op: string): (x: TensorType) => DType {
  return ({ dtype }) => {
    if (dtype !== "bool") {
      throw new ArgumentError(`${op} takes a bool value; it got ${dtype}.`, "Compare first, such as x.greater(0).", {
        op,
        dtype,
      });
    }
    return "bool";
  };
}

/** Along `axis` (the last unless set; tfjs's own default is 0), int32; the first of equals. */
function arg(op: string): OpRule {
  return {
    inputs: [1, 1],
    attrs: { axis: { kind: "int" } },
    infer: ([x], attrs) => {
      const { shape } = x as TensorType;
      const axis = axisOf(op, (attrs["axis"] as number | undefined) ?? -1, shape.length);
      return { shape: shape.filter((_, i) => i !== axis), dtype: "int32" };
    },
  };
}

/** Along `axis`, the last unless set. */
function alongAxis(op: string, attrs: OpRule["attrs"] = {}): OpRule {
  return {
    inputs: [1, 1],
    attrs: { axis: { kind: "int" }, ...attrs },
    infer: ([x], given) => {
      const { shape } = x as TensorType;
      axisOf(op, (given["axis"] as number | undefined) ?? -1, shape.length);
      return float(shape);
    },
  };
}

/** Over axes. */
export const reductions: OpTable = {
  /** Sum. */
  sum: reduce("sum", summed),
  /** Mean, float32. */
  mean: reduce("mean", toFloat),
  /** Largest. */
  max: reduce("max", summed),
  /** Smallest. */
  min: reduce("min", summed),
  /** Product. */
  prod: reduce("prod", summed),
  /** Whether any holds (bool). */
  any: reduce("any", needBool("any")),
  /** Whether all hold (bool). */
  all: reduce("all", needBool("all")),
  /** Variance of the population (divides by n, as LayerNorm does), float32. */
  variance: reduce("variance", toFloat),
  /** Standard deviation of the population (divides by n), float32. */
  std: reduce("std", toFloat),
  /** log Σ e^x, float32. */
  logSumExp: reduce("logSumExp", toFloat),
  /** Vector norm over `axis`: ord "euclidean" (default), "1", "inf" or "-inf". float32. */
  norm: {
    inputs: [1, 1],
    attrs: { ord: { kind: ["euclidean", "1", "inf", "-inf"] }, ...AXES },
    infer: ([x], attrs) => float(reduced("norm", x as TensorType, attrs)),
  },
  /** Index of the largest */
  argMax: arg("argMax"),
  /** Index of the smallest */
  argMin: arg("argMin"),
  /** e^x / Σ e^x */
  softmax: alongAxis("softmax"),
  /** log softmax */
  logSoftmax: alongAxis("logSoftmax"),
  /** Running sum along `axis`. */
  cumsum: {
    inputs: [1, 1],
    attrs: { axis: { kind: "int", required: true }, exclusive: { kind: "bool" }, reverse: { kind: "bool" } },
    infer: ([x], attrs) => {
      const type = x as TensorType;
      axisOf("cumsum", attrs["axis"] as number, type.shape.length);
      return { shape: type.shape, dtype: summed(type) };
    },
  },
  /** The k largest of the last axis, in falling order: their values, or their indices (int32). */
  topk: {
    inputs: [1, 1],
    attrs: { k: { kind: "int", required: true }, output: { kind: ["values", "indices"], required: true } },
    infer: ([x], attrs) => {
      const { shape, dtype } = x as TensorType;
      const k = attrs["k"] as number;
      const last = shape[shape.length - 1];
      if (last === undefined || k < 1 || k > last) {
        throw new ArgumentError(
          `topk: k is ${k}; the last dimension holds ${last ?? "nothing"}.`,
          `Use 1 to ${last ?? 0}.`,
          { k },
        );
      }
      return { shape: [...shape.slice(0, -1), k], dtype: attrs["output"] === "indices" ? "int32" : dtype };
    },
  },
};
