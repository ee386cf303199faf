import { type ReactNode, useEffect, useRef } from "react";
import { type ColorScale, hasColor, masked } from "../shared/colorScale.ts";
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
      paintNumbers(context, grid, scale, { size: (11 * width) / size.width, family, of: shortNumbers(scale) });
    });
  }, [view, scale, size, numbers]);
  return <canvas ref={ref} />;
}

/** Whether a cell is large enough to read a number in. */
const roomForNumbers = (view: HeatmapView, size: BoxSize): boolean =>
  size.width / view.columns.size >= 36 && size.height / view.rows.size >= 16;

/** Writes numbers short, all with the digits that tell the larger ones apart; what has no colour, in a sign. */
function shortNumbers({ domain: [from, to] }: ColorScale): (value: number) => string {
  const digits = 2 - Math.floor(Math.log10(Math.max(Math.abs(from), Math.abs(to)) || 1));
  return (value) => {
    if (!hasColor(value)) return masked(value) ? "" : Number.isNaN(value) ? "NaN" : value < 0 ? "−∞" : "∞";
    if (digits > 4 || digits < -2) return value === 0 ? "0" : value.toExponential(0).replace("-", "−");
    const text = value.toFixed(Math.max(0, digits));
    return Number(text) === 0 ? "0" : text.replace("-", "−");
  };
}
