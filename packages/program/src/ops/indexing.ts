import type { TensorType } from "../dtype.ts";
import { ShapeMismatchError, SliceError } from "../errors.ts";
import { broadcastsTo, formatShape } from "../shape.ts";
import { resolveIndex } from "../slices.ts";
import { formatIndex, type IndexTerm } from "../sliceText.ts";
import type { Attrs, OpTable } from "./rule.ts";

const at = (inputs: readonly TensorType[], i: number): TensorType => inputs[i] as TensorType;

/** Reading and writing what an index selects. */
export const indexing: OpTable = {
  /** What an index selects, by torch's rules. */
  at: {
    inputs: [1, 8],
    attrs: { index: "index!" },
    infer: (inputs, attrs) => ({ shape: atShape(inputs, attrs), dtype: at(inputs, 0).dtype }),
  },
  /** The first input with what an index selects replaced by the second, which broadcasts to it. */
  put: {
    inputs: [2, 9],
    attrs: { index: "index!" },
    infer: (inputs, attrs) => {
      const [base, value, ...rest] = inputs as [TensorType, TensorType, ...TensorType[]];
      const terms = attrs["index"] as IndexTerm[];
      checkOperands(terms, rest);
      const { shape, dynamic } = resolveIndex(terms, base.shape, rest);
      if (dynamic) {
        throw new SliceError("A place picked by a value cannot be written.", "Use where with oneHot(…) or a mask.");
      }
      if (!broadcastsTo(value.shape, shape)) {
        throw new ShapeMismatchError(
          `A value of shape ${formatShape(value.shape)} does not fit ${formatIndex(terms)} of ${formatShape(base.shape)}, which is ${formatShape(shape)}.`,
          "Give a number, or a value that broadcasts to that shape.",
        );
      }
      return base;
    },
  },
};

function atShape(inputs: readonly TensorType[], attrs: Attrs): number[] {
  const [base, ...rest] = inputs as [TensorType, ...TensorType[]];
  const terms = attrs["index"] as IndexTerm[];
  checkOperands(terms, rest);
  const { shape, masks } = resolveIndex(terms, base.shape, rest);
  if (masks.length > 0) {
    throw new SliceError(
      "How much a mask selects is only known in the run, so it cannot be read as a value.",
      "Write through it (.set, .mul_ …), or use where(mask, x, 0).",
    );
  }
  return shape;
}

function checkOperands(terms: readonly IndexTerm[], rest: readonly TensorType[]): void {
  for (const term of terms) {
    if (term === null || typeof term !== "object" || Array.isArray(term)) continue;
    const [kind, n] =
      "mask" in term ? (["bool", term.mask] as const) : "list" in term ? (["int32", term.list] as const) : [];
    if (kind && rest[n as number]?.dtype !== kind) {
      throw new SliceError(
        `An index holds a value of dtype ${rest[n as number]?.dtype ?? "unknown"}.`,
        "Index with a bool mask, or with int32 ids.",
      );
    }
  }
}
