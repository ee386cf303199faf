import type { CSSProperties, ReactNode } from "react";
import { visibleText } from "../shared/token.tsx";
import type { HeatmapAxis } from "./heatmapTensor.ts";

interface Props {
  axis: HeatmapAxis;
  side: "rows" | "columns";
  /** The page's pixels along the axis; undefined before they are known. */
  room: number | undefined;
  /** The place that the cursor is at: its label is there whichever others are. */
  marked: number | undefined;
}

/** Pixels that a line of labels takes, and a character of one. */
const LINE = 15;
const CHARACTER = 7.25;

/** The labels along a side, as many as there is room for; each place's name is also told with its number. */
export function AxisLabels({ axis, side, room, marked }: Props): ReactNode {
  const { size, name } = axis;
  const label = (place: number) => (axis.labels ? visibleText(axis.labels[place]!) : String(place));
  // Enough for the longest, so that nothing moves once the room is known.
  const longest = axis.labels
    ? axis.labels.reduce((most, text) => Math.max(most, visibleText(text).length), 0)
    : String(size - 1).length;
  const place = room === undefined ? LINE : room / size;
  const upright = side === "columns" && longest * CHARACTER + 6 > place && axis.labels !== undefined;
  const each = side === "rows" || upright ? LINE : longest * CHARACTER + 6;
  const step = niceStep(each / place, axis.labels !== undefined);
  const shown: number[] = [];
  for (let i = 0; i < size; i += step) shown.push(i);
  if (marked !== undefined && marked < size && marked % step !== 0) shown.push(marked);
  if (size === 1 && !axis.labels) return <div className={`insitu-heatmap-${side}`} aria-hidden="true" />;
  return (
    <div
      className={`insitu-heatmap-${side}`}
      data-upright={upright}
      style={{ "--longest": longest } as CSSProperties}
      aria-hidden="true"
    >
      <div className="insitu-heatmap-places">
        {shown.map((i) => (
          <span
            key={i}
            data-marked={i === marked}
            style={{ [side === "rows" ? "top" : "left"]: `${(100 * (i + 0.5)) / size}%` }}
          >
            {label(i)}
          </span>
        ))}
      </div>
      {name && <span className="insitu-heatmap-axis">{name}</span>}
    </div>
  );
}

/** Every how many places there is room for a label; of numbers, in steps that people count in. */
function niceStep(least: number, named: boolean): number {
  if (least <= 1) return 1;
  if (named) return Math.ceil(least);
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5, 10].find((step) => step * power >= least) ?? 10);
}
