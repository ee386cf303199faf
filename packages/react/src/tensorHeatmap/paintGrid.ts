import { type ColorScale, HATCH, HATCHED, hasColor, packed } from "../shared/colorScale.ts";
import type { Grid } from "./reduceView.ts";

/** Paints a grid over all of a canvas, a dot of the screen to each of its pixels. */
export function paintGrid(context: CanvasRenderingContext2D, grid: Grid, scale: ColorScale): void {
  const { width, height } = context.canvas;
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const columnOf = Uint32Array.from({ length: width }, (_, x) => Math.floor((x * grid.columns) / width));
  const [light, dark] = HATCH.map(packed) as [number, number];
  // Stripes of three dots of an ordinary screen.
  const stripe = Math.max(3, Math.round(3 * devicePixelRatio));
  let done = -1;
  let plain = false;
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y * grid.rows) / height);
    if (row === done && plain) {
      pixels.copyWithin(y * width, (y - 1) * width, y * width);
      continue;
    }
    done = row;
    plain = true;
    let [column, color] = [-1, 0];
    for (let x = 0; x < width; x++) {
      if (columnOf[x] !== column) {
        column = columnOf[x]!;
        color = scale.pixel(grid.values[row * grid.columns + column]!);
      }
      const hatched = color === HATCHED;
      if (hatched) plain = false;
      pixels[y * width + x] = hatched ? (Math.floor((x + y) / stripe) % 2 === 0 ? light : dark) : color;
    }
  }
  context.putImageData(image, 0, 0);
}

/** Writes each number into its cell. */
export function paintNumbers(
  context: CanvasRenderingContext2D,
  grid: Grid,
  scale: ColorScale,
  text: { size: number; family: string; of: (value: number) => string },
): void {
  const { width, height } = context.canvas;
  context.font = `${text.size}px ${text.family}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  // Around what stands on stripes.
  context.strokeStyle = "#fff";
  context.lineWidth = text.size / 3;
  context.lineJoin = "round";
  for (const [i, value] of grid.values.entries()) {
    const [row, column] = [Math.floor(i / grid.columns), i % grid.columns];
    const [x, y] = [((column + 0.5) * width) / grid.columns, ((row + 0.5) * height) / grid.rows];
    if (!hasColor(value)) context.strokeText(text.of(value), x, y, width / grid.columns);
    context.fillStyle = scale.ink(value);
    context.fillText(text.of(value), x, y, width / grid.columns);
  }
}
