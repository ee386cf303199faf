import { promote, type TensorType } from "../dtype.ts";
import { ArgumentError, ShapeMismatchError } from "../errors.ts";
import { broadcast, formatShape, sameShape } from "../shape.ts";
import { float, type OpTable } from "./rule.ts";

/** Products and normalisations. */
export const linear: OpTable = {
  /** Matrix product of the last two dimensions; leading ones broadcast. Vectors as in torch: [n]·[n,m] and [m,n]·[n]. */
  matMul: {
    inputs: [2, 2],
    attrs: { transposeA: "bool", transposeB: "bool" },
    infer: ([a, b], attrs) => {
      const [x, y] = [a as TensorType, b as TensorType];
      if (x.shape.length === 0 || y.shape.length === 0) {
        throw new ShapeMismatchError("matMul takes no scalars.", "Use mul.");
      }
      const left = x.shape.length === 1 ? [1, ...x.shape] : [...x.shape];
      const right = y.shape.length === 1 ? [...y.shape, 1] : [...y.shape];
      const take = (s: number[], flip: unknown): [number, number] => {
        const [rows, cols] = s.slice(-2) as [number, number];
        return flip ? [cols, rows] : [rows, cols];
      };
      const [m, k] = take(left, x.shape.length > 1 && attrs["transposeA"]);
      const [k2, n] = take(right, y.shape.length > 1 && attrs["transposeB"]);
      if (k !== k2) {
        throw new ShapeMismatchError(
          `matMul: ${formatShape(x.shape)} by ${formatShape(y.shape)}: the inner dimensions are ${k} and ${k2}.`,
          "They must be equal; transposeA and transposeB swap the last two.",
        );
      }
      const batch = broadcast("matMul", left.slice(0, -2), right.slice(0, -2));
      return float([...batch, ...(x.shape.length === 1 ? [] : [m]), ...(y.shape.length === 1 ? [] : [n])]);
    },
  },
  /** Inner product of two vectors. */
  dot: {
    inputs: [2, 2],
    attrs: {},
    infer: ([a, b]) => {
      const [x, y] = [a as TensorType, b as TensorType];
      if (x.shape.length !== 1 || !sameShape(x.shape, y.shape)) {
        throw new ShapeMismatchError(
          `dot: ${formatShape(x.shape)} and ${formatShape(y.shape)} are not two vectors of one length.`,
          "Use matMul, or x.mul(y).sum(-1), for more dimensions.",
        );
      }
      return float([]);
    },
  },
  /** Every product of two vectors' elements. */
  outerProduct: {
    inputs: [2, 2],
    attrs: {},
    infer: ([a, b]) => {
      const [x, y] = [a as TensorType, b as TensorType];
      if (x.shape.length !== 1 || y.shape.length !== 1) {
        throw new ShapeMismatchError(
          `outerProduct: ${formatShape(x.shape)} and ${formatShape(y.shape)} are not two vectors.`,
          "Use expandDims and mul.",
        );
      }
      return { shape: [x.shape[0] as number, y.shape[0] as number], dtype: promote(x.dtype, y.dtype) };
    },
  },
  /** Einstein summation, such as "bqhd,bkhd->bhqk" (no ellipsis, no repeated letter within one operand). */
  einsum: {
    inputs: [1, 4],
    attrs: { equation: "text!" },
    infer: (inputs, attrs) => float(einsumShape(String(attrs["equation"]), inputs)),
  },
  /** (x - mean) / √(variance + epsilon) over the last axis (epsilon 1e-5 unless set), then · weight + bias where given (Ba et al. 2016). */
  layerNorm: {
    inputs: [1, 3],
    attrs: { epsilon: "number" },
    infer: ([x, ...rest]) => {
      const { shape } = x as TensorType;
      const width = shape[shape.length - 1];
      if (width === undefined)
        throw new ShapeMismatchError("layerNorm takes no scalars.", "Pass a value with a last axis.");
      for (const p of rest) {
        if (!sameShape((p as TensorType).shape, [width])) {
          throw new ShapeMismatchError(
            `layerNorm: weight and bias must be [${width}]; one is ${formatShape((p as TensorType).shape)}.`,
            "They have the size of the last axis.",
          );
        }
      }
      return float(shape);
    },
  },
};

/** The shape an einsum makes; throws ArgumentError where the equation does not fit. */
function einsumShape(equation: string, inputs: readonly TensorType[]): number[] {
  const fail = (why: string): never => {
    throw new ArgumentError(`einsum "${equation}": ${why}.`, 'Write it as "ab,bc->ac", one group of letters an input.');
  };
  const match = /^([a-zA-Z]*(?:,[a-zA-Z]*)*)->([a-zA-Z]*)$/.exec(equation.replace(/\s/g, ""));
  if (!match) return fail("it cannot be read");
  const groups = (match[1] as string).split(",");
  const out = match[2] as string;
  if (groups.length !== inputs.length) fail(`it names ${groups.length} inputs and ${inputs.length} are given`);
  const sizes = new Map<string, number>();
  groups.forEach((group, i) => {
    const { shape } = inputs[i] as TensorType;
    if (group.length !== shape.length)
      fail(`"${group}" names ${group.length} dimensions of an input of shape ${formatShape(shape)}`);
    if (new Set(group).size !== group.length) fail(`"${group}" repeats a letter`);
    [...group].forEach((letter, axis) => {
      const size = shape[axis] as number;
      if ((sizes.get(letter) ?? size) !== size)
        fail(`"${letter}" is ${sizes.get(letter)} in one input and ${size} in another`);
      sizes.set(letter, size);
    });
  });
  if (new Set(out).size !== out.length) fail("the output repeats a letter");
  return [...out].map((letter) => sizes.get(letter) ?? fail(`"${letter}" of the output is in no input`));
}
