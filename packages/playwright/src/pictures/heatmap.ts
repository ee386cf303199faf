import { Canvas, LETTER } from "./canvas.ts";
import { colorOf, FRAME, INK, WHITE } from "./colors.ts";
import { type Cells, cellsOf, type Plane } from "./plane.ts";

export interface Heatmap {
  title: string;
  data: ArrayLike<number>;
  plane: Plane;
  /** What the ends of the scale stand for; its middle is 0. */
  extent: number;
  /** The number, as it stands in the data, that is to be marked. */
  mark?: number | undefined;
}

const PAD = 12;
const BAR = 16;
const TICK = 5;
/** How large the cells together are to be, and one at most. */
const SIZE = { width: 640, height: 320 };
const LARGEST = { width: 80, height: 40 };
/** As many letters as the scale's numbers may have, so that all pictures of a comparison are of one size. */
const SCALE_LETTERS = 9;
/** The least size of the mark around a cell. */
const MARK = 8;

/** A PNG of numbers as colours, with its axes and its scale. */
export function heatmap({ title, data, plane, extent, mark }: Heatmap): Buffer {
  const cells = cellsOf(data, plane);
  const width = cells.columns * Math.max(1, Math.min(LARGEST.width, Math.floor(SIZE.width / cells.columns)));
  const height = cells.rows * Math.max(1, Math.min(LARGEST.height, Math.floor(SIZE.height / cells.rows)));
  const rowStep = plane.broken ?? 1;
  const rowTicks = ticks(plane.rows, Math.floor(height / (LETTER.height + 8)));
  const widest = Math.max(...rowTicks.map((row) => String(row * rowStep).length)) * LETTER.width;
  const columnTicks = ticks(plane.columns, Math.floor(width / (LETTER.width * (String(plane.columns).length + 2))));
  const left = PAD + widest + TICK + 3;
  const top = PAD + LETTER.height + PAD;
  const barLeft = left + width + 2 * PAD;
  const barHeight = Math.max(height, 5 * LETTER.height);
  const labels = [scaleText(extent), "0", scaleText(-extent)];
  const barRight = barLeft + BAR + TICK + 3 + SCALE_LETTERS * LETTER.width;
  const canvas = new Canvas(
    Math.max(barRight, PAD + title.length * LETTER.width) + PAD,
    top + Math.max(barHeight + LETTER.height / 2, height + TICK + 3 + LETTER.height) + PAD,
  );
  canvas.text(title, PAD, PAD, INK);
  drawCells(canvas, cells, extent, { left, top, width, height });
  if (mark !== undefined) {
    const [row, column] = [Math.floor((mark - plane.from) / plane.columns), (mark - plane.from) % plane.columns];
    const middle = (i: number, n: number, size: number) => Math.round(((i + 0.5) * size) / n);
    const [w, h] = [Math.max(MARK, width / plane.columns), Math.max(MARK, height / plane.rows)].map(Math.round) as [
      number,
      number,
    ];
    const [x, y] = [left + middle(column, plane.columns, width), top + middle(row, plane.rows, height)];
    for (const [by, color] of [
      [0, WHITE],
      [1, INK],
    ] as const)
      canvas.frame(x - Math.floor(w / 2) - by, y - Math.floor(h / 2) - by, w + 2 * by, h + 2 * by, color);
  }
  for (const row of rowTicks) {
    const y = top + Math.round(((row + 0.5) * height) / plane.rows);
    const text = String(row * rowStep);
    canvas.fill(left - TICK - 1, y, TICK, 1, FRAME);
    canvas.text(text, left - TICK - 3 - text.length * LETTER.width, y - LETTER.height / 2, INK);
  }
  for (const column of columnTicks) {
    const x = left + Math.round(((column + 0.5) * width) / plane.columns);
    const text = String(column);
    canvas.fill(x, top + height + 1, 1, TICK, FRAME);
    canvas.text(text, x - Math.floor((text.length * LETTER.width) / 2) + 1, top + height + TICK + 3, INK);
  }
  for (let y = 0; y < barHeight; y++) canvas.fill(barLeft, top + y, BAR, 1, colorOf(1 - (2 * y) / (barHeight - 1)));
  canvas.frame(barLeft - 1, top - 1, BAR + 2, barHeight + 2, FRAME);
  labels.forEach((text, i) => {
    const y = top + Math.round((i * (barHeight - 1)) / 2);
    canvas.fill(barLeft + BAR + 1, y, TICK, 1, FRAME);
    canvas.text(text, barLeft + BAR + TICK + 3, y - (i === 0 ? 0 : LETTER.height / 2), INK);
  });
  return canvas.toBuffer();
}

interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

function drawCells(canvas: Canvas, cells: Cells, extent: number, { left, top, width, height }: Box): void {
  canvas.frame(left - 1, top - 1, width + 2, height + 2, FRAME);
  const [w, h] = [width / cells.columns, height / cells.rows];
  for (let row = 0; row < cells.rows; row++) {
    for (let column = 0; column < cells.columns; column++) {
      const x = cells.at(row, column);
      // Where every number is 0 the scale has no ends.
      if (x !== undefined) canvas.fill(left + column * w, top + row * h, w, h, colorOf(extent === 0 ? x : x / extent));
    }
  }
}

/** Which of `n` rows are numbered, so that there is room for `most`. */
function ticks(n: number, most: number): number[] {
  const step = [1, 2, 5].flatMap((s) => [0, 1, 2, 3, 4, 5].map((e) => s * 10 ** e)).sort((a, b) => a - b);
  const chosen = step.find((s) => Math.ceil(n / s) <= Math.max(1, most)) ?? n;
  return Array.from({ length: Math.ceil(n / chosen) }, (_, i) => i * chosen);
}

const scaleText = (x: number) => String(Number(x.toPrecision(3)));
