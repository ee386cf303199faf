// biome-ignore-all lint/a11y/useSemanticElements: a table would not keep its labels in place beside columns left out
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus, and names its cell as active
/** The places of the stream as rows, positions as columns, in each cell what the model would say there. */
import { type CSSProperties, type ReactNode, type RefObject, useEffect, useId, useRef, useState } from "react";
import { Token, visibleText } from "../shared/token.tsx";
import type { CellPlace } from "../tensorHeatmap/cellPlace.ts";
import { moved } from "../tensorHeatmap/cellPlace.ts";
import type { LensReading, LogitLensState } from "./useLogitLens.ts";

interface Props {
  reading: LensReading;
  state: LogitLensState;
  /** How a cell's number is told. */
  format: (value: number) => string;
  hovered: number | undefined;
  cursor: CellPlace | null;
  setCursor: (place: CellPlace | null) => void;
  selected: CellPlace | null;
  select: (place: CellPlace) => void;
}

/** Pixels that a column takes: what is out of sight is not drawn, so that a long prompt costs no more than a short one. */
export const COLUMN = 76;

/** Columns drawn on each side of those in sight. */
const SPARE = 4;

export function LensGrid(props: Props): ReactNode {
  const { reading, state, format, hovered, cursor, setCursor, selected, select } = props;
  const { places, tokens } = reading;
  const ref = useRef<HTMLDivElement>(null);
  const id = useId();
  const [first, last] = useColumnsInSight(ref, tokens.length);
  const cellOf = (target: EventTarget): CellPlace | undefined => {
    const cell = (target as Element).closest<HTMLElement>("[data-column]");
    const row = cell?.parentElement?.dataset["row"];
    return cell && row !== undefined ? { row: Number(row), column: Number(cell.dataset["column"]) } : undefined;
  };
  const shown = Array.from({ length: last - first }, (_, i) => first + i);
  const move = (place: CellPlace | null) => {
    setCursor(place);
    const scroller = ref.current;
    const labels = scroller?.querySelector('[role="rowheader"]')?.getBoundingClientRect().width ?? 0;
    if (!place || !scroller) return;
    const [left, room] = [place.column * COLUMN, scroller.clientWidth - labels];
    if (left < scroller.scrollLeft) scroller.scrollLeft = left;
    else if (left + COLUMN > scroller.scrollLeft + room) scroller.scrollLeft = left + COLUMN - room;
  };
  return (
    <div
      ref={ref}
      className="insitu-lens"
      style={{ "--longest": Math.max(...places.map(({ length }) => length)) } as CSSProperties}
      role="grid"
      tabIndex={0}
      aria-label={`What each place would say, ${places.length} places by ${tokens.length} positions`}
      aria-rowcount={places.length + 1}
      aria-colcount={tokens.length + 1}
      aria-activedescendant={cursor ? `${id}${cursor.row}-${cursor.column}` : undefined}
      onPointerOver={({ target, pointerType }) => pointerType === "mouse" && setCursor(cellOf(target) ?? null)}
      onPointerLeave={({ pointerType }) => pointerType === "mouse" && setCursor(null)}
      onClick={({ target }) => {
        const place = cellOf(target);
        if (place) select(place);
      }}
      onFocus={({ currentTarget, target }) => {
        if (target === currentTarget && !cursor && currentTarget.matches(":focus-visible")) {
          move(selected ?? { row: places.length - 1, column: tokens.length - 1 });
        }
      }}
      onBlur={() => setCursor(null)}
      onKeyDown={(event) => {
        const here = cursor ?? selected;
        const next = moved(here, event, places.length, tokens.length);
        if (next) move(next);
        else if (event.key === "Escape" && cursor) setCursor(null);
        else if ((event.key === "Enter" || event.key === " ") && here) select(here);
        else return;
        event.preventDefault();
      }}
    >
      <Row index={1}>
        <div role="columnheader" aria-colindex={1}>
          <span className="insitu-hidden">Place</span>
        </div>
        <Gap columns={first} />
        {shown.map((column) => (
          <div
            key={column}
            role="columnheader"
            aria-colindex={column + 2}
            className="insitu-lens-cell"
            data-hovered={column === (cursor?.column ?? hovered)}
          >
            <Token>{tokens[column]!}</Token>
          </div>
        ))}
        <Gap columns={tokens.length - last} />
      </Row>
      {places.map((place, row) => (
        <Row key={place} index={row + 2} row={row}>
          <div role="rowheader" aria-colindex={1} data-hovered={row === cursor?.row}>
            {place}
          </div>
          <Gap columns={first} />
          {shown.map((column) => {
            const value = state.figures!.data[row * tokens.length + column]!;
            const text = reading.first(row, column);
            const own = (at: CellPlace | null) => at?.row === row && at.column === column;
            return (
              <div
                key={column}
                id={`${id}${row}-${column}`}
                role="gridcell"
                aria-colindex={column + 2}
                aria-selected={own(selected)}
                aria-label={`${place} at ${JSON.stringify(tokens[column])}: ${JSON.stringify(text)}, ${format(value)}`}
                className="insitu-lens-cell"
                data-column={column}
                data-cursor={own(cursor)}
                style={{ background: state.scale?.color(value), color: state.scale?.ink(value) }}
              >
                {visibleText(text)}
              </div>
            );
          })}
          <Gap columns={tokens.length - last} />
        </Row>
      ))}
    </div>
  );
}

function Row({ index, row, children }: { index: number; row?: number; children: ReactNode }): ReactNode {
  return (
    <div role="row" aria-rowindex={index} className="insitu-lens-row" data-row={row}>
      {children}
    </div>
  );
}

/** Stands for columns that are not drawn. */
function Gap({ columns }: { columns: number }): ReactNode {
  return columns > 0 && <span style={{ flex: `0 0 ${columns * COLUMN}px` }} />;
}

/** Which columns are in sight, some spare ones with them. */
function useColumnsInSight(ref: RefObject<HTMLDivElement | null>, columns: number): [first: number, last: number] {
  const [sight, setSight] = useState<[number, number]>([0, 24]);
  useEffect(() => {
    const scroller = ref.current;
    if (!scroller) return;
    const look = () => {
      const first = Math.max(0, Math.floor(scroller.scrollLeft / COLUMN) - SPARE);
      const last = Math.ceil((scroller.scrollLeft + scroller.clientWidth) / COLUMN) + SPARE;
      setSight((old) => (old[0] === first && old[1] === last ? old : [first, last]));
    };
    look();
    scroller.addEventListener("scroll", look, { passive: true });
    const observer = typeof ResizeObserver === "undefined" ? undefined : new ResizeObserver(look);
    observer?.observe(scroller);
    return () => {
      scroller.removeEventListener("scroll", look);
      observer?.disconnect();
    };
  }, [ref]);
  const last = Math.min(columns, sight[1]);
  return [Math.min(sight[0], Math.max(0, last - 1)), last];
}
