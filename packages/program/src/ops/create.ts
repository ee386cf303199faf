import type { DType } from "../dtype.ts";
import { ArgumentError } from "../errors.ts";
import type { AttrRule, Attrs, OpTable } from "./rule.ts";

const SHAPE: AttrRule = "ints!";

function shapeOf(op: string, attrs: Attrs): number[] {
  const shape = attrs["shape"] as number[];
  if (shape.some((d) => d < 0))
    throw new ArgumentError(`${op}: the shape is ${JSON.stringify(shape)}.`, "Dimensions are not negative.");
  return shape;
}

/** Values out of nothing. */
export const create: OpTable = {
  /** One number everywhere. */
  fill: {
    inputs: [0, 0],
    attrs: { shape: SHAPE, value: "number!", dtype: "dtype!" },
    infer: (_, attrs) => ({ shape: shapeOf("fill", attrs), dtype: attrs["dtype"] as DType }),
  },
  /** Normally distributed numbers; the same seed gives the same numbers on every backend. float32. */
  randomNormal: {
    inputs: [0, 0],
    attrs: {
      shape: SHAPE,
      mean: "number",
      stdDev: "number",
      seed: "int!",
    },
    infer: (_, attrs) => ({ shape: shapeOf("randomNormal", attrs), dtype: "float32" }),
  },
  /** Numbers uniform in [minval, maxval), [0, 1) unless set; the same seed gives the same numbers on every backend. float32. */
  randomUniform: {
    inputs: [0, 0],
    attrs: {
      shape: SHAPE,
      minval: "number",
      maxval: "number",
      seed: "int!",
    },
    infer: (_, attrs) => ({ shape: shapeOf("randomUniform", attrs), dtype: "float32" }),
  },
};
