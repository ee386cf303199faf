/** From what a user writes (numbers, arrays, typed arrays, saved tensors) to constants. */
import {
  ArgumentError,
  arrayOf,
  type DType,
  formatShape,
  ShapeMismatchError,
  sizeOf,
  type TensorData,
  type TensorType,
} from "@insitu/program";
import { Tensor } from "./tensor.ts";

/** Numbers, nested to any depth. */
export type Nested = number | boolean | readonly Nested[];

/** A constant of the user's own. */
export type ConstantLike = Nested | Tensor | Float32Array | Float64Array | Int32Array | Uint8Array;

export interface Constant {
  data: TensorData;
  type: TensorType;
}

/**
 * A constant's numbers and type. Bare numbers take the dtype of what they meet (`like`) where they
 * fit it; arrays of integers too; saved tensors and typed arrays keep their own.
 * @throws ArgumentError for what is no constant; ShapeMismatchError for ragged arrays.
 */
export function toConstant(given: ConstantLike, like?: DType): Constant {
  if (given instanceof Tensor) return { data: given.data, type: { shape: given.shape, dtype: given.dtype } };
  if (given instanceof Float32Array) return typed(given, "float32");
  if (given instanceof Float64Array) return typed(Float32Array.from(given), "float32");
  if (given instanceof Int32Array) return typed(given, "int32");
  if (given instanceof Uint8Array) return typed(Int32Array.from(given), "int32");
  if (typeof given === "number" || typeof given === "boolean" || Array.isArray(given)) {
    const { shape, flat } = flatten(given as Nested);
    const dtype = literalDType(flat, like);
    return { data: arrayOf(dtype, flat.map(Number)), type: { shape, dtype } };
  }
  throw new ArgumentError(
    `${describe(given)} is not a value.`,
    "Pass a recorded value, numbers, a typed array or a saved tensor.",
  );
}

/** A constant of this shape, its numbers given flat or nested. */
export function shapedConstant(given: ConstantLike, shape: readonly number[] | undefined, dtype?: DType): Constant {
  const constant = toConstant(given, dtype);
  const wanted = dtype ?? constant.type.dtype;
  const data = wanted === constant.type.dtype ? constant.data : arrayOf(wanted, constant.data);
  const to = shape ?? constant.type.shape;
  if (sizeOf(to) !== data.length) {
    throw new ShapeMismatchError(
      `${data.length} numbers do not fill ${formatShape(to)}.`,
      "Give as many as the shape holds.",
      { shape: [...to] },
    );
  }
  return { data, type: { shape: [...to], dtype: wanted } };
}

function typed(data: TensorData, dtype: DType): Constant {
  return { data, type: { shape: [data.length], dtype } };
}

function literalDType(flat: readonly (number | boolean)[], like: DType | undefined): DType {
  if (flat.length > 0 && flat.every((x) => typeof x === "boolean")) return "bool";
  const whole = flat.every((x) => Number.isInteger(Number(x)));
  return like === "int32" && whole ? "int32" : "float32";
}

function flatten(given: Nested): { shape: number[]; flat: (number | boolean)[] } {
  if (!Array.isArray(given)) {
    if (typeof given !== "number" && typeof given !== "boolean") {
      throw new ArgumentError(
        `${describe(given)} stands among the numbers.`,
        "Arrays hold numbers only; join recorded values with stack or concat.",
      );
    }
    return { shape: [], flat: [given] };
  }
  const parts = (given as readonly Nested[]).map(flatten);
  const inner = parts[0]?.shape ?? [];
  if (parts.some((p) => formatShape(p.shape) !== formatShape(inner))) {
    throw new ShapeMismatchError(
      "An array of numbers is ragged: its rows differ in length.",
      "Make every row as long as the others.",
    );
  }
  return { shape: [parts.length, ...inner], flat: parts.flatMap((p) => p.flat) };
}

function describe(given: unknown): string {
  if (given === null || given === undefined) return String(given);
  if (typeof given === "object") return `An object (${(given as object).constructor?.name ?? "Object"})`;
  return `${typeof given} ${JSON.stringify(given)}`;
}
