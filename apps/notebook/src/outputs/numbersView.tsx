/** A tensor: what it is in words and figures, and a heat map to look closer at. */
import { Labelled } from "@insitu/analysis";
import { type HeatmapAxes, type HeatmapCell, TensorHeatmap } from "@insitu/react";
import { CornerDownLeft, Maximize, ZoomIn, ZoomOut } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useMemo, useState } from "react";
import { codeOfPlace } from "./codeOfPlace.ts";
import type { NumbersOutput } from "./output.ts";
import { useOutputActions } from "./outputContext.ts";
import { short, statisticsOf } from "./statistics.ts";
import { cut, isWhole, panned, type TensorWindow, wholeOf, zoomed } from "./tensorWindow.ts";

/** More of them than this are worth looking closer at. */
const CLOSER = 24;

export function NumbersView({ output }: { output: NumbersOutput }): ReactNode {
  const { shape, data, code } = output;
  const [window, setWindow] = useState<{ of: NumbersOutput; window: TensorWindow }>();
  const seen = window?.of === output ? window.window : wholeOf(shape);
  const [axes, setAxes] = useState<HeatmapAxes>();
  const [cursor, setCursor] = useState<HeatmapCell | null>(null);
  const [picked, setPicked] = useState<HeatmapCell | null>(null);
  const { onInsertCode } = useOutputActions();
  const part = useMemo(() => cut(output, seen), [output, seen]);
  const drawn = axes ?? lastTwo(shape);
  const show = (window: TensorWindow) => {
    setWindow({ of: output, window });
    setPicked(null);
  };
  const whole = (cell: HeatmapCell) => cell.index.map((i, axis) => i + (seen[axis]?.[0] ?? 0));
  const zoom = (factor: number) => show(zoomed(seen, shape, drawn, factor, cursor ? whole(cursor) : undefined));
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || (event.target as Element).closest("select, input")) return;
    const pan: Record<string, [axis: number | undefined, part: number]> = {
      ArrowLeft: [drawn[1], -0.5],
      ArrowRight: [drawn[1], 0.5],
      ArrowUp: [drawn[0], -0.5],
      ArrowDown: [drawn[0], 0.5],
    };
    const way = event.shiftKey ? pan[event.key] : undefined;
    if (way) {
      if (way[0] !== undefined) show(panned(seen, shape, way[0], way[1]));
    } else if (event.key === "+" || event.key === "=") zoom(2);
    else if (event.key === "-") zoom(0.5);
    else if (event.key === "0") show(wholeOf(shape));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const large = drawn.some((axis) => axis !== undefined && shape[axis]! > CLOSER);
  const insert = (cell: HeatmapCell | null) => {
    const text = cell && codeOfPlace(output, whole(cell));
    if (text) onInsertCode(text);
  };
  // Enter picks a place; pressed again there it inserts, before the heat map takes the pick back.
  const onEnter = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !cursor || !picked || !(event.target as Element).closest("[role=grid]")) return;
    if (cursor.row !== picked.row || cursor.column !== picked.column) return;
    event.preventDefault();
    event.stopPropagation();
    insert(picked);
  };
  if (data.length === 0) return <Head output={output} />;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the picture within, which has the focus
    <div
      className="out-numbers"
      onKeyDown={onKeyDown}
      onKeyDownCapture={onEnter}
      onDoubleClick={() => code !== undefined && insert(cursor)}
    >
      <Head output={output} />
      <TensorHeatmap
        data={part}
        label={output.name ?? (part instanceof Labelled ? part.name : undefined) ?? "Tensor"}
        className="out-bare out-heatmap"
        onAxesChange={setAxes}
        onCursorChange={setCursor}
        {...(code !== undefined && { selected: picked, onSelect: setPicked })}
      />
      <div className="out-tools">
        {code !== undefined && (
          <button
            type="button"
            className="out-button"
            data-insert
            disabled={!picked}
            onClick={() => insert(picked)}
            title="Puts the code that reproduces the chosen place into a cell below"
          >
            <CornerDownLeft size={14} aria-hidden />
            {picked
              ? `Insert the code of ${picked.labels.filter(Boolean).join(", ") || "this place"}`
              : "Choose a place for its code"}
          </button>
        )}
        {large && (
          <fieldset className="out-zoom" aria-label="Zoom">
            <button type="button" aria-label="Closer" title="Closer (+)" onClick={() => zoom(2)}>
              <ZoomIn size={15} aria-hidden />
            </button>
            <button
              type="button"
              aria-label="Further"
              title="Further (−)"
              disabled={isWhole(seen, shape)}
              onClick={() => zoom(0.5)}
            >
              <ZoomOut size={15} aria-hidden />
            </button>
            <button
              type="button"
              aria-label="All of it"
              title="All of it (0)"
              disabled={isWhole(seen, shape)}
              onClick={() => show(wholeOf(shape))}
            >
              <Maximize size={14} aria-hidden />
            </button>
            {!isWhole(seen, shape) && (
              <span className="out-note">
                [{seen.map(([from, to], axis) => (to - from === shape[axis] ? ":" : `${from}:${to}`)).join(", ")}] ·
                Shift and an arrow key moves
              </span>
            )}
          </fieldset>
        )}
      </div>
    </div>
  );
}

function Head({ output }: { output: NumbersOutput }): ReactNode {
  const { shape, dtype, data, name } = output;
  const figures = useMemo(() => statisticsOf(data), [data]);
  return (
    <p className="out-head">
      {name && <strong>{name}</strong>}
      <code>
        [{shape.join(", ")}] {dtype}
      </code>
      {figures && (
        <>
          <span>min {short(figures.min)}</span>
          <span>max {short(figures.max)}</span>
          <span>mean {short(figures.mean)}</span>
          <span>std {short(figures.std)}</span>
          {figures.nan > 0 && <span className="out-wrong">{figures.nan} NaN</span>}
          {figures.infinite > 0 && <span className="out-wrong">{figures.infinite} infinite</span>}
          {figures.masked > 0 && <span>{figures.masked} masked</span>}
        </>
      )}
      {data.length === 0 && <span>no numbers</span>}
    </p>
  );
}

/** As the heat map chooses, unless the reader does. */
function lastTwo(shape: readonly number[]): HeatmapAxes {
  const long = [...shape.keys()].filter((axis) => shape[axis] !== 1);
  const rest = [...shape.keys()].filter((axis) => shape[axis] === 1);
  const two = long.length >= 2 ? long.slice(-2) : [...rest.slice(long.length - 2), ...long].sort((a, b) => a - b);
  return [two.at(-2), two.at(-1)];
}
