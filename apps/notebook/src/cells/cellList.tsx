/** The column of cells, and the keys that work in it. */
import { Fragment, type ReactNode, useLayoutEffect } from "react";
import { CodeCell } from "./codeCell.tsx";
import { InsertionPoint } from "./insertionPoint.tsx";
import { MarkdownCell } from "./markdownCell.tsx";
import { useNotebook, useSessionState, useViewState } from "./notebookContext.ts";
import { useStableRuns } from "./stableRuns.ts";
import "./cells.css";

export function CellList({ empty }: { empty: ReactNode }): ReactNode {
  const { view } = useNotebook();
  const { notebook, runs: given } = useSessionState();
  const runs = useStableRuns(given);
  const looks = useViewState();
  const { cells } = notebook;
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever cells come or go
  useLayoutEffect(() => view.settle(), [view, cells]);
  const chosen = new Set(view.chosen().map((cell) => cell.id));
  if (cells.length === 0) return <div className="nb-cells">{empty}</div>;
  return (
    <div className="nb-cells">
      {cells.map((cell, index) => {
        const Kind = cell.kind === "code" ? CodeCell : MarkdownCell;
        const active = cell.id === looks.active;
        return (
          <Fragment key={cell.id}>
            <InsertionPoint index={index} />
            <Kind
              cell={cell}
              run={runs.get(cell.id)}
              index={index}
              count={cells.length}
              active={active}
              chosen={chosen.has(cell.id)}
              ranged={chosen.size > 1 && chosen.has(cell.id)}
              mode={active ? looks.mode : "command"}
              folded={looks.folded.has(cell.id)}
              open={looks.open.has(cell.id)}
              wish={active ? looks.wish : undefined}
            />
          </Fragment>
        );
      })}
      <InsertionPoint index={cells.length} last />
    </div>
  );
}
