import type { TensorType } from "./dtype.ts";
import { ArgumentError, ShapeMismatchError } from "./errors.ts";
import type { ModuleSpec } from "./modelSpec.ts";
import { formatShape } from "./shape.ts";

/** The type a module makes of a value it is called on, `model.lm_head(x)`. */
export function inferCall(module: ModuleSpec, inputs: readonly TensorType[]): TensorType {
  const { call, path } = module;
  if (!call) {
    throw new ArgumentError(
      `${path || "The whole model"} cannot be called on a value.`,
      "Call the modules in it, such as model.lm_head(model.transformer.ln_f(x)).",
      { module: path },
    );
  }
  const [x] = inputs;
  if (!x || inputs.length !== 1)
    throw new ArgumentError(`${path} takes one value; it got ${inputs.length}.`, "Pass one.", { module: path });
  if (call.kind === "embedding") {
    if (x.dtype !== "int32")
      throw new ArgumentError(`${path} takes int32 ids; it got ${x.dtype}.`, "Pass token ids.", { module: path });
    return { shape: [...x.shape, call.out as number], dtype: "float32" };
  }
  if (x.dtype !== "float32")
    throw new ArgumentError(`${path} takes float32 values; it got ${x.dtype}.`, 'Use .cast("float32").', {
      module: path,
    });
  const last = x.shape[x.shape.length - 1];
  if (
    last === undefined ||
    (call.in !== undefined && last !== call.in) ||
    (call.kind === "sequence" && x.shape.length !== 3)
  ) {
    const want = call.kind === "sequence" ? `[rows, tokens, ${call.in}]` : `[…, ${call.in ?? "n"}]`;
    throw new ShapeMismatchError(
      `${path} takes ${want}; it got ${formatShape(x.shape)}.`,
      "Slice or reshape the value first.",
      {
        module: path,
        shape: [...x.shape],
      },
    );
  }
  return { shape: [...x.shape.slice(0, -1), call.out ?? last], dtype: "float32" };
}
