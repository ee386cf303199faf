import { ArgumentError, callSite, type DType, type Tensor } from "insitu";

/** Numbers nested as deep as a tensor has dimensions. */
export type Nested = number | boolean | readonly Nested[];

/** What a tensor may be compared with: typed arrays are as flat as its data, a number stands for all of its numbers. */
export type Expected = Tensor | Float32Array | Float64Array | Int32Array | Uint8Array | Nested;

/** Numbers with what is known of their form. */
export interface Numbers {
  data: ArrayLike<number>;
  shape: readonly number[] | undefined;
  dtype: DType | undefined;
}

/** @throws ArgumentError for what is no saved tensor. */
export function asTensor(received: unknown, matcher: string): Tensor {
  const tensor = received as Tensor | null | undefined;
  if (tensor && typeof tensor === "object" && Array.isArray(tensor.shape) && ArrayBuffer.isView(tensor.data))
    return tensor;
  throw new ArgumentError(
    `${matcher} was given ${nameOf(received)}, which is no tensor.`,
    "Pass what a trace gave: const { h } = await model.trace(prompt, () => ({ h: ….save() })).",
  ).at(callSite());
}

/** The numbers of what a tensor is compared with. @throws ArgumentError for what has none. */
export function numbersOf(expected: Expected, size: number, matcher: string): Numbers {
  if (typeof expected === "number" || typeof expected === "boolean")
    return { data: new Array<number>(size).fill(Number(expected)), shape: undefined, dtype: undefined };
  if (ArrayBuffer.isView(expected)) return { data: expected, shape: undefined, dtype: undefined };
  if (Array.isArray(expected)) {
    const shape: number[] = [];
    for (let level: unknown = expected; Array.isArray(level); level = level[0]) shape.push(level.length);
    const data = expected.flat(Number.POSITIVE_INFINITY).map(Number);
    const isEven = (level: unknown, axis: number): boolean =>
      axis === shape.length
        ? typeof level === "number" || typeof level === "boolean"
        : Array.isArray(level) && level.length === shape[axis] && level.every((inner) => isEven(inner, axis + 1));
    if (isEven(expected, 0)) return { data, shape, dtype: undefined };
  } else if (expected && typeof expected === "object" && "data" in expected) {
    return expected;
  }
  throw new ArgumentError(
    `${matcher} cannot compare with ${nameOf(expected)}.`,
    "Pass a tensor, a typed array, nested arrays of numbers as deep as the tensor, or a number.",
  ).at(callSite());
}

function nameOf(value: unknown): string {
  if (typeof value === "function") return "a function";
  if (Array.isArray(value)) return "an array whose rows differ, or hold what is no number";
  if (typeof (value as PromiseLike<unknown> | null)?.then === "function") return "a promise (await it)";
  if (typeof value === "object" && value !== null) return `an object (${value.constructor?.name ?? "plain"})`;
  return String(value);
}
