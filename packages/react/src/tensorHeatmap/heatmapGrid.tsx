/** The picture with its labels and cursor: what `<TensorHeatmap>` and others put into their frames. */
import { type CSSProperties, type PointerEvent, type ReactNode, useId, useRef } from "react";
import { AxisLabels } from "./axisLabels.tsx";
import type { CellPlace } from "./cellPlace.ts";
import { describeCell } from "./describeCell.ts";
import { HeatmapCanvas } from "./heatmapCanvas.tsx";
import { useBoxSize } from "./useBoxSize.ts";
import type { TensorHeatmapState } from "./useTensorHeatmap.ts";

export interface HeatmapGridProps {
  heatmap: TensorHeatmapState;
  /** What it shows, for those who hear the page. */
  label: string;
  /** Rows and columns that stand out, for what points at them elsewhere. */
  highlight?: { row?: number | undefined; column?: number | undefined } | undefined;
  /** Whether numbers are written into cells that have room for them. */
  numbers?: boolean | undefined;
  /** Cells as high as they are wide, where there is room. */
  square?: boolean | undefined;
}

export function HeatmapGrid({
  heatmap,
  label,
  highlight,
  numbers = false,
  square = false,
}: HeatmapGridProps): ReactNode {
  const { tensor, view, scale, cursor, selected, setCursor, select, picks, onKeyDown } = heatmap;
  const ref = useRef<HTMLDivElement>(null);
  const id = useId();
  const size = useBoxSize(ref);
  if (!tensor || !view) return null;
  const [rows, columns] = [view.rows.size, view.columns.size];
  const cellOf = (event: PointerEvent | React.MouseEvent): CellPlace => {
    const box = event.currentTarget.getBoundingClientRect();
    const part = (offset: number, length: number, count: number) =>
      Math.min(count - 1, Math.max(0, Math.floor((offset / length) * count)));
    return {
      row: part(event.clientY - box.top, box.height, rows),
      column: part(event.clientX - box.left, box.width, columns),
    };
  };
  const style = { "--rows": rows, "--columns": columns } as CSSProperties;
  return (
    <div className={`insitu-heatmap${square ? " insitu-heatmap-square" : ""}`} style={style}>
      <AxisLabels axis={view.rows} side="rows" room={size?.height} marked={cursor?.row ?? highlight?.row} />
      {/* biome-ignore lint/a11y/useSemanticElements: a table of every cell would be thousands of elements */}
      <div
        ref={ref}
        className="insitu-heatmap-picture"
        role="grid"
        tabIndex={0}
        aria-label={label}
        aria-rowcount={rows}
        aria-colcount={columns}
        aria-readonly={true}
        aria-activedescendant={cursor ? id : undefined}
        data-picks={picks}
        onPointerMove={(event) => setCursor(cellOf(event))}
        onPointerDown={(event) => setCursor(cellOf(event))}
        onPointerLeave={(event) => event.pointerType === "mouse" && setCursor(null)}
        onClick={(event) => select(cellOf(event))}
        onFocus={(event) => {
          if (!cursor && event.currentTarget.matches(":focus-visible")) setCursor(selected ?? { row: 0, column: 0 });
        }}
        onBlur={() => setCursor(null)}
        onKeyDown={onKeyDown}
      >
        <HeatmapCanvas view={view} scale={scale} size={size} numbers={numbers} />
        {highlight?.row !== undefined && (
          <Mark className="insitu-heatmap-band" row={highlight.row} of={[rows, columns]} />
        )}
        {highlight?.column !== undefined && (
          <Mark className="insitu-heatmap-band" column={highlight.column} of={[rows, columns]} />
        )}
        {selected && <Mark className="insitu-heatmap-selected" {...selected} of={[rows, columns]} />}
        {cursor && <Mark className="insitu-heatmap-cursor" {...cursor} of={[rows, columns]} />}
        {/* Of all cells the one that keys have led to is there for those who hear the page. */}
        {/* biome-ignore lint/a11y/useSemanticElements: as above */}
        {/* biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus, and names it as active */}
        <div role="row" aria-rowindex={(cursor?.row ?? 0) + 1} className="insitu-hidden">
          {/* biome-ignore lint/a11y/useSemanticElements: as above */}
          {/* biome-ignore lint/a11y/useFocusableInteractive: as above */}
          <div
            id={id}
            role="gridcell"
            aria-colindex={(cursor?.column ?? 0) + 1}
            aria-selected={
              picks && cursor ? cursor.row === selected?.row && cursor.column === selected.column : undefined
            }
          >
            {cursor && describeCell(tensor, view, cursor)}
          </div>
        </div>
      </div>
      <AxisLabels axis={view.columns} side="columns" room={size?.width} marked={cursor?.column ?? highlight?.column} />
      {size && <Reduced rows={rows / size.dots[1]} columns={columns / size.dots[0]} />}
    </div>
  );
}

/** Says so where there are more numbers than dots. */
function Reduced({ rows, columns }: { rows: number; columns: number }): ReactNode {
  if (rows <= 1 && columns <= 1) return null;
  const per = `${Math.max(1, Math.ceil(rows))} × ${Math.max(1, Math.ceil(columns))}`;
  return <p className="insitu-heatmap-note">Each dot is, of up to {per} numbers, the one furthest from 0.</p>;
}

/** A frame around a cell, a row or a column. */
function Mark(props: { className: string; row?: number; column?: number; of: readonly [number, number] }): ReactNode {
  const {
    className,
    row,
    column,
    of: [rows, columns],
  } = props;
  const style: CSSProperties = {
    insetBlockStart: row === undefined ? 0 : `${(100 * row) / rows}%`,
    blockSize: row === undefined ? "100%" : `${100 / rows}%`,
    left: column === undefined ? 0 : `${(100 * column) / columns}%`,
    width: column === undefined ? "100%" : `${100 / columns}%`,
  };
  return <span className={className} style={style} />;
}
