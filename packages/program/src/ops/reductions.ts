import type { DType, TensorType } from "../dtype.ts";
import { ArgumentError, ShapeMismatchError } from "../errors.ts";
import { type Attrs, axesOf, axisOf, float, type OpRule, type OpTable } from "./rule.ts";

const AXES = { axis: { kind: "axes" }, keepDims: { kind: "bool" } } as const;

function reduce(op: string, doc: string, dtypeOf: (x: TensorType) => DType): OpRule {
  return {
    inputs: [1, 1],
    attrs: AXES,
    doc: `${doc} Over \`axis\` (one, several, or all where none is named); \`keepDims\` keeps them as 1.`,
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

function arg(op: string, doc: string): OpRule {
  return {
    inputs: [1, 1],
    attrs: { axis: { kind: "int" } },
    doc: `${doc} along \`axis\` (the last unless set; tfjs's own default is 0), int32; the first of equals.`,
    infer: ([x], attrs) => {
      const { shape } = x as TensorType;
      const axis = axisOf(op, (attrs["axis"] as number | undefined) ?? -1, shape.length);
      return { shape: shape.filter((_, i) => i !== axis), dtype: "int32" };
    },
  };
}

function alongAxis(op: string, doc: string, attrs: OpRule["attrs"] = {}): OpRule {
  return {
    inputs: [1, 1],
    attrs: { axis: { kind: "int" }, ...attrs },
    doc: `${doc} along \`axis\`, the last unless set.`,
    infer: ([x], given) => {
      const { shape } = x as TensorType;
      axisOf(op, (given["axis"] as number | undefined) ?? -1, shape.length);
      return float(shape);
    },
  };
}

/** Over axes. */
export const reductions: OpTable = {
  sum: reduce("sum", "Sum.", summed),
  mean: reduce("mean", "Mean, float32.", toFloat),
  max: reduce("max", "Largest.", summed),
  min: reduce("min", "Smallest.", summed),
  prod: reduce("prod", "Product.", summed),
  any: reduce("any", "Whether any holds (bool).", needBool("any")),
  all: reduce("all", "Whether all hold (bool).", needBool("all")),
  variance: reduce("variance", "Variance of the population (divides by n, as LayerNorm does), float32.", toFloat),
  std: reduce("std", "Standard deviation of the population (divides by n), float32.", toFloat),
  logSumExp: reduce("logSumExp", "log Σ e^x, float32.", toFloat),
  norm: {
    inputs: [1, 1],
    attrs: { ord: { kind: ["euclidean", "1", "inf", "-inf"] }, ...AXES },
    doc: 'Vector norm over `axis`: ord "euclidean" (default), "1", "inf" or "-inf". float32.',
    infer: ([x], attrs) => float(reduced("norm", x as TensorType, attrs)),
  },
  argMax: arg("argMax", "Index of the largest"),
  argMin: arg("argMin", "Index of the smallest"),
  softmax: alongAxis("softmax", "e^x / Σ e^x"),
  logSoftmax: alongAxis("logSoftmax", "log softmax"),
  cumsum: {
    inputs: [1, 1],
    attrs: { axis: { kind: "int", required: true }, exclusive: { kind: "bool" }, reverse: { kind: "bool" } },
    doc: "Running sum along `axis`.",
    infer: ([x], attrs) => {
      const type = x as TensorType;
      axisOf("cumsum", attrs["axis"] as number, type.shape.length);
      return { shape: type.shape, dtype: summed(type) };
    },
  },
  topk: {
    inputs: [1, 1],
    attrs: { k: { kind: "int", required: true }, output: { kind: ["values", "indices"], required: true } },
    doc: "The k largest of the last axis, in falling order: their values, or their indices (int32).",
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
