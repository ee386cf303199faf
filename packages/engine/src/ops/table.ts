import { type Attrs, sizeOf, type TensorType } from "@insitu/program";
import * as tf from "../tf.ts";
import { create } from "./create.ts";
import { detach } from "./detach.ts";
import { elementwise } from "./elementwise.ts";
import type { Kernels } from "./kernel.ts";
import { layout } from "./layout.ts";
import { linear } from "./linear.ts";
import { reductions } from "./reductions.ts";

/** One kernel for each operation of the program's table. */
export const KERNELS: Kernels = { ...elementwise, ...reductions, ...linear, ...layout, ...create };

/** What reductions of nothing give; the op table refuses the others. */
const OF_NOTHING: Record<string, number> = { sum: 0, any: 0, all: 1, prod: 1 };

/** Runs one operation. The result is kept: the caller disposes it. */
export function runOp(op: string, inputs: readonly tf.Tensor[], attrs: Attrs, type: TensorType): tf.Tensor {
  const kernel = KERNELS[op];
  if (!kernel) throw new Error(`no kernel for ${op}`);
  return tf.keep(
    tf.tidy(() => {
      // Nothing to compute, and kernels stumble over it.
      if (sizeOf(type.shape) === 0) return tf.tensor([], [...type.shape], type.dtype);
      if (inputs.some((x) => x.size === 0) && op in OF_NOTHING)
        return tf.fill([...type.shape], OF_NOTHING[op] as number).cast(type.dtype);
      // What makes ints and bools has no gradient, and must not stand in the way of others'.
      const given = type.dtype === "float32" ? inputs : inputs.map(detach);
      const result = kernel(given, attrs, type);
      // An input returned as it came (a cast to its own dtype, say) needs a handle of its own.
      const own = given.includes(result) ? result.clone() : result;
      // Some kernels keep a dimension of 1 that the others drop.
      return own.size === sizeOf(type.shape) ? own.reshape([...type.shape]) : own;
    }),
  );
}
