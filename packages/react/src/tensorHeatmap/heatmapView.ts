/** Two dimensions of a tensor, the others at one place each. */
import { ArgumentError } from "insitu";
import type { HeatmapAxis, HeatmapTensor } from "./heatmapTensor.ts";

export interface HeatmapView {
  readonly rows: HeatmapAxis;
  readonly columns: HeatmapAxis;
  /** Which axes of the tensor these are; undefined for one that it does not have. */
  readonly axes: readonly [rows: number | undefined, columns: number | undefined];
  value(row: number, column: number): number;
  /** The place in the whole tensor. */
  index(row: number, column: number): number[];
}

/** A dimension that a tensor of one, or none, lacks. */
const NONE: HeatmapAxis = { name: undefined, labels: undefined, size: 1 };

/** The last two axes longer than 1, or as many as there are. */
export function defaultAxes(shape: readonly number[]): [number | undefined, number | undefined] {
  const long = [...shape.keys()].filter((axis) => shape[axis] !== 1);
  const short = [...shape.keys()].filter((axis) => shape[axis] === 1);
  const two = long.length >= 2 ? long.slice(-2) : [...short.slice(long.length - 2), ...long].sort((a, b) => a - b);
  return [two.at(-2), two.at(-1)];
}

/** @throws ArgumentError for axes that there are not. */
export function heatmapView(
  tensor: HeatmapTensor,
  axes: readonly [number | undefined, number | undefined],
  at: readonly number[],
  given: { x?: AxisText; y?: AxisText } = {},
): HeatmapView {
  const { shape, data } = tensor;
  for (const axis of axes) {
    if (axis !== undefined && !(axis >= 0 && axis < shape.length)) {
      throw new ArgumentError(`There is no axis ${axis}.`, `The tensor has ${shape.length}: name two of them, from 0.`);
    }
  }
  if (axes[0] !== undefined && axes[0] === axes[1]) {
    throw new ArgumentError(`Rows and columns are both axis ${axes[0]}.`, "Name two axes.");
  }
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((size, n) => size * n, 1));
  const place = shape.map((size, axis) => (axes.includes(axis) ? 0 : Math.min(Math.max(0, at[axis] ?? 0), size - 1)));
  const start = place.reduce((offset, i, axis) => offset + i * strides[axis]!, 0);
  const [rowStride, columnStride] = axes.map((axis) => (axis === undefined ? 0 : strides[axis]!)) as [number, number];
  const [rows, columns] = axes.map((axis) => (axis === undefined ? NONE : tensor.axes[axis]!)) as [
    HeatmapAxis,
    HeatmapAxis,
  ];
  return {
    rows: named(rows, given.y, "yLabels"),
    columns: named(columns, given.x, "xLabels"),
    axes,
    value: (row, column) => data[start + row * rowStride + column * columnStride] as number,
    index: (row, column) => place.map((i, axis) => (axis === axes[0] ? row : axis === axes[1] ? column : i)),
  };
}

/** What a page's author calls an axis and its places. */
export interface AxisText {
  name?: string | undefined;
  labels?: readonly string[] | undefined;
}

function named(axis: HeatmapAxis, text: AxisText | undefined, prop: string): HeatmapAxis {
  if (text?.labels && text.labels.length !== axis.size) {
    throw new ArgumentError(
      `${prop} has ${text.labels.length} labels for ${axis.size} places.`,
      "Give one for each place of the axis that is drawn there.",
    );
  }
  return { size: axis.size, name: text?.name ?? axis.name, labels: text?.labels ?? axis.labels };
}
