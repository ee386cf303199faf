import { hasColor, masked } from "../shared/colorScale.ts";
import type { HeatmapView } from "./heatmapView.ts";

/** A view in as many numbers as there are dots to draw. */
export interface Grid {
  readonly rows: number;
  readonly columns: number;
  /** Row-major. */
  readonly values: Float32Array;
}

/**
 * A view in at most so many rows and columns. Where several numbers fall into one, it is the one furthest from 0 that
 * counts, so that one that stands out is seen; and anything that is no number, above all.
 */
export function* reduceView(view: HeatmapView, maxRows: number, maxColumns: number): Generator<void, Grid> {
  const [sourceRows, sourceColumns] = [view.rows.size, view.columns.size];
  const [rows, columns] = [Math.min(sourceRows, maxRows), Math.min(sourceColumns, maxColumns)];
  const values = new Float32Array(rows * columns);
  let read = 0;
  for (let row = 0; row < rows; row++) {
    const [top, bottom] = part(row, rows, sourceRows);
    for (let column = 0; column < columns; column++) {
      const [left, right] = part(column, columns, sourceColumns);
      let loudest = view.value(top, left);
      for (let r = top; r < bottom; r++) {
        for (let c = left; c < right; c++) loudest = louder(loudest, view.value(r, c));
      }
      values[row * columns + column] = loudest;
      read += (bottom - top) * (right - left);
      if (read < PIECE) continue;
      read = 0;
      yield;
    }
  }
  return { rows, columns, values };
}

/** How many numbers are read between two looks at the clock. */
const PIECE = 1 << 16;

/** Which of `size` places fall into the `i`-th of `parts`. */
const part = (i: number, parts: number, size: number): [number, number] => [
  Math.floor((i * size) / parts),
  Math.floor(((i + 1) * size) / parts),
];

function louder(a: number, b: number): number {
  if (hasColor(a) && hasColor(b)) return Math.abs(b) > Math.abs(a) ? b : a;
  // No number before any number before a masked one.
  const weight = (x: number) => (hasColor(x) ? 1 : masked(x) ? 0 : 2);
  return weight(b) > weight(a) ? b : a;
}
