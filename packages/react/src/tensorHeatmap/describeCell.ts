import { masked } from "../shared/colorScale.ts";
import { formatNumber } from "../shared/format.ts";
import { visibleText } from "../shared/token.tsx";
import type { HeatmapAxis, HeatmapTensor } from "./heatmapTensor.ts";
import type { HeatmapView } from "./heatmapView.ts";
import type { HeatmapCell } from "./useTensorHeatmap.ts";

/** "layer L2, position ·Tower: 0.123"; "[2, 5]: 0.123" where nothing has a name. */
export function describeCell(tensor: HeatmapTensor, view: HeatmapView, cell: HeatmapCell): string {
  const number = masked(cell.value) ? "masked" : formatNumber(cell.value);
  const named = [view.rows, view.columns, ...tensor.axes].some(({ name, labels }) => name ?? labels);
  if (!named) return `[${cell.index.join(", ")}]: ${number}`;
  const places = cell.index.flatMap((place, i) => {
    const axis = i === view.axes[0] ? view.rows : i === view.axes[1] ? view.columns : tensor.axes[i]!;
    // Of a batch of one there is nothing to tell.
    return axis.size === 1 && !axis.labels ? [] : [describePlace(axis, place, i)];
  });
  return `${places.join(", ")}: ${number}`;
}

/** "position ·Tower"; with its number where another is called the same. */
export function describePlace({ name, labels }: HeatmapAxis, place: number, axis: number): string {
  const label = labels?.[place];
  const text = label === undefined ? String(place) : visibleText(label);
  const again = label !== undefined && labels!.indexOf(label) !== labels!.lastIndexOf(label);
  return `${name ?? (label === undefined ? `axis ${axis}` : "")} ${text}${again ? ` (${place})` : ""}`.trim();
}

export const axisName = ({ name }: HeatmapAxis, axis: number): string => name ?? `axis ${axis}`;
