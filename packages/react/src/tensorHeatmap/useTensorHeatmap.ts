/** `<TensorHeatmap>` without its looks: what is drawn of a tensor, in which colours, and where the reader is. */
import { type Dispatch, type KeyboardEvent, useEffect, useMemo, useState } from "react";
import { type ColorScale, type ScaleKind, scaleFor } from "../shared/colorScale.ts";
import { inSlices } from "../shared/inSlices.ts";
import { useControlled } from "../shared/useControlled.ts";
import { type CellPlace, moved } from "./cellPlace.ts";
import { type Extent, extentOf } from "./extent.ts";
import { type HeatmapData, type HeatmapTensor, heatmapTensor } from "./heatmapTensor.ts";
import { defaultAxes, type HeatmapView, heatmapView } from "./heatmapView.ts";

/** One number of a heat map, and where it stands. */
export interface HeatmapCell extends CellPlace {
  readonly value: number;
  /** Its place in the whole tensor. */
  readonly index: readonly number[];
  /** What the row and the column are called, where they have names. */
  readonly labels: readonly [row: string | undefined, column: string | undefined];
}

/** Which axes are rows and columns. */
export type HeatmapAxes = readonly [rows: number | undefined, columns: number | undefined];

export interface TensorHeatmapHookOptions {
  data: HeatmapData;
  /** What columns and rows are called; a `Labelled` brings its own, others have their indices. */
  xLabels?: readonly string[] | undefined;
  yLabels?: readonly string[] | undefined;
  /** What they count: "position", "layer". */
  xName?: string | undefined;
  yName?: string | undefined;
  /** Which axes are rows and columns; the last two longer than 1 unless given or picked. */
  axes?: HeatmapAxes | undefined;
  defaultAxes?: HeatmapAxes | undefined;
  onAxesChange?: ((axes: HeatmapAxes) => void) | undefined;
  /** Where the other axes stand: an index for each axis, of which those of rows and columns do not count. */
  at?: readonly number[] | undefined;
  defaultAt?: readonly number[] | undefined;
  onAtChange?: ((at: readonly number[]) => void) | undefined;
  /** `auto`: diverging where there are numbers on both sides of 0. */
  scale?: ScaleKind | "auto" | undefined;
  /** From which number to which the colours go; those of the whole tensor unless given. */
  domain?: readonly [number, number] | undefined;
  /** The cell pointed at or moved to by keys; null for none. */
  cursor?: CellPlace | null | undefined;
  onCursorChange?: ((cell: HeatmapCell | null) => void) | undefined;
  /** The cell that is picked; null for none. */
  selected?: CellPlace | null | undefined;
  defaultSelected?: CellPlace | null | undefined;
  /** Told of the cell that the reader picks; null where they take that back. With it, or a selection, cells can be picked. */
  onSelect?: ((cell: HeatmapCell | null) => void) | undefined;
}

export interface TensorHeatmapState {
  /** What cannot be drawn, and why. */
  readonly error: Error | undefined;
  readonly tensor: HeatmapTensor | undefined;
  readonly view: HeatmapView | undefined;
  /** Undefined while a large tensor is still looked through. */
  readonly extent: Extent | undefined;
  readonly scale: ColorScale | undefined;
  readonly axes: HeatmapAxes;
  readonly setAxes: Dispatch<HeatmapAxes>;
  readonly at: readonly number[];
  readonly setAt: Dispatch<readonly number[]>;
  readonly cursor: HeatmapCell | null;
  readonly setCursor: (place: CellPlace | null) => void;
  readonly selected: HeatmapCell | null;
  /** Whether cells can be picked. */
  readonly picks: boolean;
  /** Picks a cell, or takes that back where it is picked. */
  readonly select: (place: CellPlace | null) => void;
  /** Moves the cursor by the arrow keys, Home, End and the like; Enter and the space bar pick, Escape leaves. */
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

export function useTensorHeatmap(options: TensorHeatmapHookOptions): TensorHeatmapState {
  const { data, xLabels, yLabels, xName, yName, scale: kind = "auto", domain } = options;
  const { tensor, error: unreadable } = useMemo(() => attempt(() => ({ tensor: heatmapTensor(data) })), [data]);
  const shape = tensor?.shape ?? [];
  const [chosenAxes, setAxes] = useControlled<HeatmapAxes | undefined>(
    options.axes,
    options.defaultAxes,
    options.onAxesChange as Dispatch<HeatmapAxes | undefined> | undefined,
  );
  const [at, setAt] = useControlled<readonly number[]>(options.at, options.defaultAt ?? [], options.onAtChange);
  // Axes picked for another tensor are none of this one's.
  const [rows, columns] =
    chosenAxes && (options.axes || chosenAxes.every((axis) => axis === undefined || axis < shape.length))
      ? chosenAxes
      : defaultAxes(shape);
  const place = JSON.stringify([at, xLabels, yLabels]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: lists are compared by what they say
  const { view, error: wrong } = useMemo(
    () =>
      attempt(() => ({
        view:
          tensor &&
          heatmapView(tensor, [rows, columns], at, {
            x: { name: xName, labels: xLabels },
            y: { name: yName, labels: yLabels },
          }),
      })),
    [tensor, rows, columns, place, xName, yName],
  );
  const extent = useExtent(tensor?.data);
  const [from, to] = domain ?? [];
  const scale = useMemo(
    () => extent && scaleFor(extent, kind, from === undefined || to === undefined ? undefined : [from, to]),
    [extent, kind, from, to],
  );

  const [cursor, setOwnCursor] = useControlled<CellPlace | null>(options.cursor, null, undefined);
  const [selected, setSelected] = useControlled(options.selected, options.defaultSelected ?? null, undefined);
  const picks =
    options.onSelect !== undefined || options.selected !== undefined || options.defaultSelected !== undefined;
  const cellAt = (place: CellPlace | null) => cellOf(view, place);
  const setCursor = (place: CellPlace | null) => {
    if (place?.row === cursor?.row && place?.column === cursor?.column) return;
    setOwnCursor(place);
    options.onCursorChange?.(cellAt(place));
  };
  const select = (place: CellPlace | null) => {
    if (!picks) return;
    const taken = place?.row === selected?.row && place?.column === selected?.column ? null : place;
    setSelected(taken);
    options.onSelect?.(cellAt(taken));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!view) return;
    const here = cellAt(cursor) ?? cellAt(selected);
    const next = moved(here, event, view.rows.size, view.columns.size);
    if (next) setCursor(next);
    else if (event.key === "Escape" && cursor) setCursor(null);
    else if ((event.key === "Enter" || event.key === " ") && here && picks) select(here);
    else return;
    event.preventDefault();
  };
  return {
    error: unreadable ?? wrong,
    tensor,
    view,
    extent,
    scale,
    axes: [rows, columns],
    setAxes,
    at,
    setAt,
    cursor: cellAt(cursor),
    setCursor,
    selected: cellAt(selected),
    picks,
    select,
    onKeyDown,
  };
}

/** Null for a place that the view does not have. */
function cellOf(view: HeatmapView | undefined, place: CellPlace | null): HeatmapCell | null {
  if (!view || !place) return null;
  const { row, column } = place;
  if (!(row >= 0 && row < view.rows.size && column >= 0 && column < view.columns.size)) return null;
  return {
    row,
    column,
    value: view.value(row, column),
    index: view.index(row, column),
    labels: [view.rows.labels?.[row], view.columns.labels?.[column]],
  };
}

/** Up to so many numbers are looked through at once, a server included: some milliseconds. */
const AT_ONCE = 1 << 21;

/** What lies in a tensor; a large one is looked through in slices, and undefined until that is done. */
function useExtent(data: ArrayLike<number> | undefined): Extent | undefined {
  const small = useMemo(() => {
    if (!data || data.length > AT_ONCE) return undefined;
    const work = extentOf(data);
    let step = work.next();
    while (!step.done) step = work.next();
    return step.value;
  }, [data]);
  const [large, setLarge] = useState<{ of: ArrayLike<number>; extent: Extent } | undefined>(undefined);
  useEffect(() => {
    if (!data || data.length <= AT_ONCE) return;
    return inSlices(extentOf(data), (extent) => setLarge({ of: data, extent }));
  }, [data]);
  return small ?? (large && large.of === data ? large.extent : undefined);
}

/** What is wrong with a component's props is shown in it, not thrown at the page. */
function attempt<T extends object>(work: () => T): Partial<T> & { error?: Error } {
  try {
    return work();
  } catch (error) {
    return { error: error as Error } as Partial<T> & { error: Error };
  }
}
