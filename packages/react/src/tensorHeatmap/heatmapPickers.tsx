import { type ReactNode, useId } from "react";
import { visibleText } from "../shared/token.tsx";
import { axisName } from "./describeCell.ts";
import type { TensorHeatmapState } from "./useTensorHeatmap.ts";

/** Longer axes are walked by number: a list of all their places would be too long to open. */
const LISTED = 128;

/** Which axes are drawn, and where the others stand; nothing where there is nothing to choose. */
export function HeatmapPickers({ heatmap }: { heatmap: TensorHeatmapState }): ReactNode {
  const { tensor, axes, setAxes, at, setAt } = heatmap;
  const id = useId();
  if (!tensor) return null;
  const long = tensor.axes.flatMap(({ size }, axis) => (size > 1 || axes.includes(axis) ? [axis] : []));
  if (long.length <= 2) return null;
  const pick = (side: 0 | 1, axis: number) => {
    const next: [number | undefined, number | undefined] = [axes[0], axes[1]];
    // The two change places where the other is picked.
    if (next[1 - side] === axis) next[1 - side] = axes[side];
    next[side] = axis;
    setAxes(next);
  };
  const stand = (axis: number, place: number) =>
    setAt(tensor.shape.map((_, other) => (other === axis ? place : (at[other] ?? 0))));
  return (
    <div className="insitu-controls">
      {(["Rows", "Columns"] as const).map((name, side) => (
        <label key={name} htmlFor={`${id}${name}`}>
          {name}
          <select
            id={`${id}${name}`}
            value={axes[side as 0 | 1]}
            onChange={({ target }) => pick(side as 0 | 1, Number(target.value))}
          >
            {long.map((axis) => (
              <option key={axis} value={axis}>
                {axisName(tensor.axes[axis]!, axis)}
              </option>
            ))}
          </select>
        </label>
      ))}
      {long.map((axis) => {
        const { size, labels } = tensor.axes[axis]!;
        const name = axisName(tensor.axes[axis]!, axis);
        const value = Math.min(at[axis] ?? 0, size - 1);
        if (axes.includes(axis)) return null;
        return (
          <label key={axis} htmlFor={`${id}${axis}`}>
            {name}
            {size <= LISTED ? (
              <select id={`${id}${axis}`} value={value} onChange={({ target }) => stand(axis, Number(target.value))}>
                {Array.from({ length: size }, (_, place) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: a place is its number
                  <option key={place} value={place}>
                    {labels ? visibleText(labels[place]!) : place}
                  </option>
                ))}
              </select>
            ) : (
              <input
                id={`${id}${axis}`}
                type="number"
                min={0}
                max={size - 1}
                value={value}
                onChange={({ target }) =>
                  stand(axis, Math.min(size - 1, Math.max(0, Math.round(Number(target.value)))))
                }
              />
            )}
          </label>
        );
      })}
    </div>
  );
}
