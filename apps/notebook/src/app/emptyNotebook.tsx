/** A notebook without cells: drawn, with the two ways on. */
import { type ReactNode, useEffect, useRef } from "react";
import { insertAt } from "../cells/cellActions.ts";
import { useNotebook } from "../cells/notebookContext.ts";

export function EmptyNotebook(): ReactNode {
  const { view } = useNotebook();
  const first = useRef<HTMLButtonElement>(null);
  // The focus was in a cell that is gone.
  useEffect(() => {
    if (document.activeElement === document.body && view.getState().wish.n > 0) first.current?.focus();
  }, [view]);
  return (
    <div className="app-empty">
      <svg width="88" height="56" viewBox="0 0 88 56" aria-hidden="true">
        {PLACES.map(({ row, column }) => (
          <rect
            key={`${row}.${column}`}
            x={column * 11 + 1}
            y={row * 11 + 1}
            width="9"
            height="9"
            rx="2"
            fill={column > row + 1 ? "var(--line)" : "var(--accent)"}
            opacity={column > row + 1 ? 1 : 0.25 + 0.15 * ((row * 3 + column) % 5)}
          />
        ))}
      </svg>
      <h2>An empty notebook</h2>
      <p>Code reads and edits the model; text says why. Both are cells.</p>
      <p className="app-row">
        <button
          ref={first}
          type="button"
          className="app-button"
          data-primary
          onClick={() => insertAt(view, 0, "code", "edit")}
        >
          First code cell
        </button>
        <button type="button" className="app-button" onClick={() => insertAt(view, 0, "markdown", "edit")}>
          First text cell
        </button>
      </p>
    </div>
  );
}

/** Of a small pattern of attention: what is to come is not looked at. */
const PLACES = Array.from({ length: 40 }, (_, place) => ({ row: Math.floor(place / 8), column: place % 8 }));
