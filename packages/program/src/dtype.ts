/** Element types of values. Sizes and names are tfjs's. */
export type DType = "float32" | "int32" | "bool";

export const DTYPES: readonly DType[] = ["float32", "int32", "bool"];

/** Bytes of one element as it leaves the worker (`bool` travels as one byte). */
export const BYTES: Record<DType, number> = { float32: 4, int32: 4, bool: 1 };

/** What is known of a value before anything runs. */
export interface TensorType {
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** The dtype of an arithmetic result: float32 wins over int32; bools count as int32. */
export function promote(a: DType, b: DType): DType {
  if (a === "float32" || b === "float32") return "float32";
  return "int32";
}
