/** Whatever a heat map can draw, in one form. */
import { Labelled } from "@insitu/analysis";
import { ArgumentError, Tensor } from "insitu";

/** Numbers nested to any depth. */
export type Numbers = number | readonly Numbers[];

/** A saved tensor, a labelled result, nested arrays, or a typed array. */
export type HeatmapData = Tensor | Labelled | Numbers | Float32Array | Float64Array | Int32Array | Uint8Array;

/** A dimension: its name and its places', where they have any. */
export interface HeatmapAxis {
  readonly name: string | undefined;
  readonly labels: readonly string[] | undefined;
  readonly size: number;
}

export interface HeatmapTensor {
  /** What the numbers are; undefined for plain ones. */
  readonly name: string | undefined;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly axes: readonly HeatmapAxis[];
  /** Row-major. */
  readonly data: ArrayLike<number>;
}

/** @throws ArgumentError for what is no tensor. */
export function heatmapTensor(data: HeatmapData): HeatmapTensor {
  if (data instanceof Labelled) {
    const axes = data.axes.map(({ name, labels }) => ({ name, labels, size: labels.length }));
    return { ...of(data.tensor.dtype, data.shape, data.data), name: data.name, axes };
  }
  if (data instanceof Tensor) return of(data.dtype, data.shape, data.data);
  if (ArrayBuffer.isView(data)) return of(DTYPES[data.constructor.name] ?? "float32", [data.length], data);
  if (typeof data === "number") return of("float32", [], [data]);
  if (Array.isArray(data)) return of("float32", ...flattened(data as readonly Numbers[]));
  throw new ArgumentError(
    `A heat map cannot draw ${data === null ? "null" : typeof data}.`,
    "Give a saved Tensor, a Labelled result, or (nested) arrays of numbers.",
  );
}

const DTYPES: Record<string, string> = { Int32Array: "int32", Uint8Array: "bool", Float64Array: "float64" };

function of(dtype: string, shape: readonly number[], data: ArrayLike<number>): HeatmapTensor {
  const axes = shape.map((size) => ({ name: undefined, labels: undefined, size }));
  return { name: undefined, dtype, shape, axes, data };
}

/** @throws ArgumentError for rows of different lengths, and what is no number. */
function flattened(numbers: readonly Numbers[]): [shape: number[], data: Float64Array] {
  const shape: number[] = [];
  for (let part: Numbers | undefined = numbers; Array.isArray(part); part = part[0]) shape.push(part.length);
  const data = new Float64Array(shape.reduce((size, n) => size * n, 1));
  let filled = 0;
  const visit = (part: Numbers, depth: number): void => {
    if (depth === shape.length && typeof part === "number") {
      data[filled++] = part;
    } else if (Array.isArray(part) && part.length === shape[depth]) {
      for (const inner of part) visit(inner, depth + 1);
    } else {
      const found = Array.isArray(part) ? `a list of ${part.length}` : String(part);
      const expected = depth === shape.length ? "a number" : `a list of ${shape[depth]}`;
      throw new ArgumentError(
        `The numbers are no tensor: there is ${found} where the first has ${expected}.`,
        "Give rows of one length, of numbers alone.",
      );
    }
  };
  visit(numbers, 0);
  return [shape, data];
}
