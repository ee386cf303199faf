import { reductions } from "@insitu/program";
import { type Axis, attrs } from "./attrs.ts";
import { defineMethod } from "./defineMethod.ts";
import { Elementwise } from "./elementwise.ts";

/** Over axes, and products. */
// biome-ignore lint/correctness/noUnusedVariables: both declarations must name the same parameters.
export interface Reductions<V, O> {
  /** Sum; int32 of ints and bools. Over `axis`, or all. */
  sum(axis?: Axis, keepDims?: boolean): V;
  /** Mean. float32. Over `axis`, or all. */
  mean(axis?: Axis, keepDims?: boolean): V;
  /** Largest. Over `axis`, or all. */
  max(axis?: Axis, keepDims?: boolean): V;
  /** Smallest. Over `axis`, or all. */
  min(axis?: Axis, keepDims?: boolean): V;
  /** Product. Over `axis`, or all. */
  prod(axis?: Axis, keepDims?: boolean): V;
  /** Whether any holds, of a bool value. Over `axis`, or all. */
  any(axis?: Axis, keepDims?: boolean): V;
  /** Whether all hold, of a bool value. Over `axis`, or all. */
  all(axis?: Axis, keepDims?: boolean): V;
  /** Variance of the population (divides by n). float32. Over `axis`, or all. */
  variance(axis?: Axis, keepDims?: boolean): V;
  /** Standard deviation of the population (divides by n). float32. Over `axis`, or all. */
  std(axis?: Axis, keepDims?: boolean): V;
  /** log Σ e^x. float32. Over `axis`, or all. */
  logSumExp(axis?: Axis, keepDims?: boolean): V;
  /** Index of the largest along `axis` (the last unless given), int32. */
  argMax(axis?: number): V;
  /** Index of the smallest along `axis` (the last unless given), int32. */
  argMin(axis?: number): V;
  /** e^x / Σ e^x along `axis` (the last unless given). float32. */
  softmax(axis?: number): V;
  /** log softmax along `axis` (the last unless given). float32. */
  logSoftmax(axis?: number): V;
}

// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the interface's methods are made below, of the table.
export abstract class Reductions<V, O> extends Elementwise<V, O> {
  /** Vector norm over `axis`, or all. float32. */
  norm(ord: "euclidean" | 1 | 2 | number = "euclidean", axis?: Axis, keepDims?: boolean): V {
    return this.record("norm", [], attrs({ ord: normOrd(ord), axis, keepDims }));
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

for (const [op, { attrs: settings }] of Object.entries(reductions)) {
  const names = Object.keys(settings).join();
  if (names === "axis,keepDims")
    defineMethod(Reductions.prototype, op, function (axis?: Axis, keepDims?: boolean) {
      return this.record(op, [], attrs({ axis, keepDims }));
    });
  else if (names === "axis")
    defineMethod(Reductions.prototype, op, function (axis = -1) {
      return this.record(op, [], { axis });
    });
}
