/** The table of operations: every `op` a program may hold. Names are tfjs's. */
import type { TensorType } from "../dtype.ts";
import { ArgumentError, ShapeMismatchError } from "../errors.ts";
import { formatShape, MAX_RANK, sameShape } from "../shape.ts";
import { create } from "./create.ts";
import { elementwise } from "./elementwise.ts";
import { indexing } from "./indexing.ts";
import { layout } from "./layout.ts";
import { linear } from "./linear.ts";
import { reductions } from "./reductions.ts";
import { type Attrs, checkAttrs, type OpTable } from "./rule.ts";

export const OPS: OpTable = { ...elementwise, ...reductions, ...linear, ...layout, ...indexing, ...create };

/**
 * The type an operation makes of inputs of these types.
 * @throws ArgumentError for an unknown operation, a wrong number of inputs or a wrong setting;
 *   ShapeMismatchError or SliceError where the inputs do not fit.
 */
export function inferOp(op: string, inputs: readonly TensorType[], attrs: Attrs = {}): TensorType {
  const rule = Object.hasOwn(OPS, op) ? OPS[op] : undefined;
  if (!rule)
    throw new ArgumentError(`There is no operation "${op}".`, "The table of operations is in the documentation.");
  const [least, most] = rule.inputs;
  if (inputs.length < least || inputs.length > most) {
    throw new ArgumentError(
      `${op} takes ${least === most ? least : `${least} to ${most}`} inputs; it got ${inputs.length}.`,
      "Pass as many as it takes.",
    );
  }
  checkAttrs(op, rule, attrs);
  const type = rule.infer(inputs, attrs);
  if (type.shape.length > FLAT_RANK && !worksBeyond(op, inputs, type)) {
    throw new ShapeMismatchError(
      `${op} of ${type.shape.length} dimensions: ${inputs.map((x) => formatShape(x.shape)).join(", ")}.`,
      `Beyond ${FLAT_RANK} dimensions it works on values of one shape only: reshape or slice first.`,
    );
  }
  if (type.shape.length > MAX_RANK) {
    throw new ShapeMismatchError(
      `${op} would make ${formatShape(type.shape)}.`,
      `A value has at most ${MAX_RANK} dimensions.`,
    );
  }
  return type;
}

/** Up to here tfjs's webgpu kernels do what they should; beyond, those that work along single dimensions fail. */
const FLAT_RANK = 4;

const FAILING = new Set(["tile", "broadcastTo", "pad", "reverse", "cumsum", "put"]);

function worksBeyond(op: string, inputs: readonly TensorType[], type: TensorType): boolean {
  if (FAILING.has(op)) return false;
  const broadcasts = op in elementwise && inputs.some((x) => x.shape.length > 0 && !sameShape(x.shape, type.shape));
  return !broadcasts;
}
