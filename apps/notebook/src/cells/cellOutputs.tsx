/** What a cell gave. While it runs again the place of what it gave before is kept, so that nothing below moves. */
import { type ReactNode, useLayoutEffect, useRef } from "react";
import { OutputList } from "../outputs/outputList.tsx";
import type { CellRun } from "../session/sessionState.ts";
import { useNotebook } from "./notebookContext.ts";

export interface CellOutputsProps {
  readonly id: string;
  readonly name: string;
  readonly run: CellRun;
  readonly folded: boolean;
}

export function CellOutputs({ id, name, run, folded }: CellOutputsProps): ReactNode {
  const { view, session } = useNotebook();
  const box = useRef<HTMLDivElement>(null);
  const height = useRef(0);
  const busy = run.state === "running" || run.state === "queued";
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    if (busy) {
      element.style.minHeight = `${height.current}px`;
      return;
    }
    element.style.minHeight = "";
    // What is drawn grows once it is loaded: the last height seen is the one to keep.
    const seen = new ResizeObserver(() => {
      height.current = element.offsetHeight;
    });
    seen.observe(element);
    return () => seen.disconnect();
  }, [busy]);
  if (run.outputs.length === 0 && run.dropped === 0 && !busy) return null;
  if (folded)
    return (
      <button type="button" className="nb-folded" onClick={() => view.fold([id], false)}>
        {run.outputs.length === 1 ? "1 output" : `${run.outputs.length} outputs`}, folded
      </button>
    );
  return (
    <div className="nb-outputs" ref={box} data-busy={busy}>
      <OutputList
        outputs={run.outputs}
        dropped={run.dropped}
        cellName={name}
        onInsertCode={(code) =>
          view.choose(session.insert(view.indexOf(id) + 1, "code", code), { mode: "edit", at: "end" })
        }
        onGoToLine={(line, cell) => view.handles.get(cell ?? id)?.goToLine(line)}
      />
    </div>
  );
}
