import { type ReactNode, useEffect, useRef } from "react";
import type { ColorScale } from "../shared/colorScale.ts";
import { formatNumber } from "../shared/format.ts";
import { inSlices } from "../shared/inSlices.ts";
import type { HeatmapView } from "./heatmapView.ts";
import { paintGrid, paintNumbers } from "./paintGrid.ts";
import { reduceView } from "./reduceView.ts";
import type { BoxSize } from "./useBoxSize.ts";

interface Props {
  view: HeatmapView;
  scale: ColorScale | undefined;
  size: BoxSize | undefined;
  /** Whether numbers are written into cells that have room for them. */
  numbers: boolean;
}

/** The picture alone: as many dots as the screen has, painted again only when the numbers or the size change. */
export function HeatmapCanvas({ view, scale, size, numbers }: Props): ReactNode {
  const ref = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = ref.current;
    if (!canvas || !scale || !size) return;
    const [width, height] = size.dots;
    if (width === 0 || height === 0) return;
    return inSlices(reduceView(view, height, width), (grid) => {
      if (canvas.width !== width) canvas.width = width;
      if (canvas.height !== height) canvas.height = height;
      const context = canvas.getContext("2d");
      if (!context || grid.values.length === 0) return;
      paintGrid(context, grid, scale);
      if (!numbers || !roomForNumbers(view, size)) return;
      const family = getComputedStyle(canvas).fontFamily;
      paintNumbers(context, grid, scale, { size: (11 * width) / size.width, family, of: shortNumber });
    });
  }, [view, scale, size, numbers]);
  return <canvas ref={ref} />;
}

/** Whether a cell is large enough to read a number in. */
const roomForNumbers = (view: HeatmapView, size: BoxSize): boolean =>
  size.width / view.columns.size >= 36 && size.height / view.rows.size >= 16;

/** In five characters or so. */
function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return formatNumber(value);
  const size = Math.abs(value);
  const text =
    size !== 0 && (size < 1e-3 || size >= 1e4)
      ? value.toExponential(0)
      : size >= 100
        ? value.toFixed(0)
        : String(Number(value.toPrecision(2)));
  return text.replace("-", "−");
}
