import type { DType, TensorType } from "../dtype.ts";
import { ArgumentError, ShapeMismatchError } from "../errors.ts";
import { type Attrs, axesOf, axisOf, each, float, type OpRule, type OpTable } from "./rule.ts";

const AXES = { axis: "axes", keepDims: "bool" } as const;

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
    );
  }
  return x.shape.flatMap((d, i) => (axes.includes(i) ? (attrs["keepDims"] ? [1] : []) : [d]));
}

const toFloat = (): DType => "float32";
const summed = (x: TensorType): DType => (x.dtype === "float32" ? "float32" : "int32");

function needBool(op: string): (x: TensorType) => DType {
  return ({ dtype }) => {
    if (dtype !== "bool") {
      throw new ArgumentError(`${op} takes a bool value; it got ${dtype}.`, "Compare first, such as x.greater(0).");
    }
    return "bool";
  };
}

/** Along `axis` (the last unless set; tfjs's own default is 0), int32; the first of equals. */
function arg(op: string): OpRule {
  return {
    inputs: [1, 1],
    attrs: { axis: "int" },
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
    attrs: { axis: "int", ...attrs },
    infer: ([x], given) => {
      const { shape } = x as TensorType;
      axisOf(op, (given["axis"] as number | undefined) ?? -1, shape.length);
      return float(shape);
    },
  };
}

/** Over axes; what each does is said in insitu's `operations/reductions.ts`. */
export const reductions: OpTable = {
  ...each("sum max min prod", (op) => reduce(op, summed)),
  // Of the population: variance and standard deviation divide by n, as LayerNorm does.
  ...each("mean variance std logSumExp", (op) => reduce(op, toFloat)),
  ...each("any all", (op) => reduce(op, needBool(op))),
  /** Vector norm over `axis`: ord "euclidean" (default), "1", "inf" or "-inf". float32. */
  norm: {
    inputs: [1, 1],
    attrs: { ord: "euclidean|1|inf|-inf", ...AXES },
    infer: ([x], attrs) => float(reduced("norm", x as TensorType, attrs)),
  },
  ...each("argMax argMin", arg),
  ...each("softmax logSoftmax", (op) => alongAxis(op)),
  /** Running sum along `axis`. */
  cumsum: {
    inputs: [1, 1],
    attrs: { axis: "int!", exclusive: "bool", reverse: "bool" },
    infer: ([x], attrs) => {
      const type = x as TensorType;
      axisOf("cumsum", attrs["axis"] as number, type.shape.length);
      return { shape: type.shape, dtype: summed(type) };
    },
  },
  /** The k largest of the last axis, in falling order: their values, or their indices (int32). */
  topk: {
    inputs: [1, 1],
    attrs: { k: "int!", output: "values|indices!" },
    infer: ([x], attrs) => {
      const { shape, dtype } = x as TensorType;
      const k = attrs["k"] as number;
      const last = shape[shape.length - 1];
      if (last === undefined || k < 1 || k > last) {
        throw new ArgumentError(
          `topk: k is ${k}; the last dimension holds ${last ?? "nothing"}.`,
          `Use 1 to ${last ?? 0}.`,
        );
      }
      return { shape: [...shape.slice(0, -1), k], dtype: attrs["output"] === "indices" ? "int32" : dtype };
    },
  },
};
