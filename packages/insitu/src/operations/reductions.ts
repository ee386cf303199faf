import { type Axis, attrs } from "./attrs.ts";
import { Elementwise } from "./elementwise.ts";

/** Over axes, and products. */
export abstract class Reductions<V, O> extends Elementwise<V, O> {
  /** Sum; int32 of ints and bools. Over `axis`, or all. */
  sum(axis?: Axis, keepDims?: boolean): V {
    return this.record("sum", [], attrs({ axis, keepDims }));
  }
  /** Mean. float32. Over `axis`, or all. */
  mean(axis?: Axis, keepDims?: boolean): V {
    return this.record("mean", [], attrs({ axis, keepDims }));
  }
  /** Largest. Over `axis`, or all. */
  max(axis?: Axis, keepDims?: boolean): V {
    return this.record("max", [], attrs({ axis, keepDims }));
  }
  /** Smallest. Over `axis`, or all. */
  min(axis?: Axis, keepDims?: boolean): V {
    return this.record("min", [], attrs({ axis, keepDims }));
  }
  /** Product. Over `axis`, or all. */
  prod(axis?: Axis, keepDims?: boolean): V {
    return this.record("prod", [], attrs({ axis, keepDims }));
  }
  /** Whether any holds, of a bool value. Over `axis`, or all. */
  any(axis?: Axis, keepDims?: boolean): V {
    return this.record("any", [], attrs({ axis, keepDims }));
  }
  /** Whether all hold, of a bool value. Over `axis`, or all. */
  all(axis?: Axis, keepDims?: boolean): V {
    return this.record("all", [], attrs({ axis, keepDims }));
  }
  /** Variance of the population (divides by n). float32. Over `axis`, or all. */
  variance(axis?: Axis, keepDims?: boolean): V {
    return this.record("variance", [], attrs({ axis, keepDims }));
  }
  /** Standard deviation of the population (divides by n). float32. Over `axis`, or all. */
  std(axis?: Axis, keepDims?: boolean): V {
    return this.record("std", [], attrs({ axis, keepDims }));
  }
  /** log Σ e^x. float32. Over `axis`, or all. */
  logSumExp(axis?: Axis, keepDims?: boolean): V {
    return this.record("logSumExp", [], attrs({ axis, keepDims }));
  }

  /** Vector norm over `axis`, or all. float32. */
  norm(ord: "euclidean" | 1 | 2 | number = "euclidean", axis?: Axis, keepDims?: boolean): V {
    return this.record("norm", [], attrs({ ord: normOrd(ord), axis, keepDims }));
  }
  /** Index of the largest along `axis` (the last unless given), int32. */
  argMax(axis = -1): V {
    return this.record("argMax", [], { axis });
  }
  /** Index of the smallest along `axis` (the last unless given), int32. */
  argMin(axis = -1): V {
    return this.record("argMin", [], { axis });
  }
  /** e^x / Σ e^x along `axis` (the last unless given). float32. */
  softmax(axis = -1): V {
    return this.record("softmax", [], { axis });
  }
  /** log softmax along `axis` (the last unless given). float32. */
  logSoftmax(axis = -1): V {
    return this.record("logSoftmax", [], { axis });
  }
  /** Running sum along `axis`. */
  cumsum(axis: number, exclusive?: boolean, reverse?: boolean): V {
    return this.record("cumsum", [], attrs({ axis, exclusive, reverse }));
  }
  /** The k largest of the last axis, falling: their values, and their indices (int32). */
  topk(k: number): { values: V; indices: V } {
    return {
      values: this.record("topk", [], { k, output: "values" }),
      indices: this.record("topk", [], { k, output: "indices" }),
    };
  }

  /** Matrix product of the last two dimensions; leading ones broadcast; vectors as in torch. float32. */
  matMul(b: O, transposeA?: boolean, transposeB?: boolean): V {
    return this.record("matMul", [b], attrs({ transposeA, transposeB }));
  }
  /** Inner product of two vectors. float32. */
  dot(b: O): V {
    return this.record("dot", [b]);
  }
  /** Every product of two vectors' elements. */
  outerProduct(b: O): V {
    return this.record("outerProduct", [b]);
  }
  /** (x - mean) / √(variance + epsilon) over the last axis, then · weight + bias. float32. */
  layerNorm(weight?: O, bias?: O, epsilon?: number): V {
    return this.record(
      "layerNorm",
      [weight, bias].filter((p) => p !== undefined),
      attrs({ epsilon }),
    );
  }
}

function normOrd(ord: string | number): string {
  if (ord === 2) return "euclidean";
  if (ord === Number.POSITIVE_INFINITY) return "inf";
  if (ord === Number.NEGATIVE_INFINITY) return "-inf";
  return String(ord);
}
