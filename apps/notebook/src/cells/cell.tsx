/** What code and text cells have in common: the frame that has the focus in command mode, and its name. */
import { type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef } from "react";
import type { CodeEditorHandle } from "../editor/codeEditor.tsx";
import type { Cell } from "../notebook/notebook.ts";
import type { CellRun } from "../session/sessionState.ts";
import { CellToolbar } from "./cellToolbar.tsx";
import type { Mode } from "./keys.ts";
import { useNotebook } from "./notebookContext.ts";
import type { ViewState } from "./notebookView.ts";

export interface CellProps {
  readonly cell: Cell;
  readonly run: CellRun | undefined;
  readonly index: number;
  readonly count: number;
  readonly active: boolean;
  readonly chosen: boolean;
  /** Chosen along with others. */
  readonly ranged: boolean;
  readonly mode: Mode;
  readonly folded: boolean;
  /** A text cell that shows its source. */
  readonly open: boolean;
  /** Only the active cell's is looked at. */
  readonly wish: ViewState["wish"] | undefined;
}

export interface CellFrameProps extends CellProps {
  readonly name: string;
  readonly editor: RefObject<CodeEditorHandle | null>;
  readonly children: ReactNode;
}

export function CellFrame({
  cell,
  name,
  active,
  chosen,
  ranged,
  mode,
  wish,
  editor,
  children,
}: CellFrameProps): ReactNode {
  const { view } = useNotebook();
  const frame = useRef<HTMLElement>(null);
  // Before a paint, so that a key pressed next finds the focus where it belongs. The first one is nobody's wish.
  useLayoutEffect(() => {
    if (!wish || wish.n === 0) return;
    if (mode === "edit" && editor.current) editor.current.focus(wish.at);
    else frame.current?.focus({ preventScroll: true });
    if (wish.scroll) frame.current?.scrollIntoView({ block: "nearest" });
  }, [wish, mode, editor]);
  useEffect(() => {
    view.handles.set(cell.id, {
      cursor: () => editor.current?.cursor() ?? cell.source.length,
      insert: (text) => {
        view.choose(cell.id, { mode: "edit" });
        editor.current?.insert(text);
      },
      goToLine: (line) => view.choose(cell.id, { mode: "edit", at: offsetOfLine(cell.source, line) }),
    });
    return () => void view.handles.delete(cell.id);
  }, [view, cell, editor]);
  return (
    <section
      ref={frame}
      className="nb-cell"
      data-cell={cell.id}
      data-kind={cell.kind}
      data-active={active}
      data-chosen={chosen}
      data-ranged={ranged}
      data-mode={active ? mode : undefined}
      aria-label={name}
      aria-current={active || undefined}
      tabIndex={active ? 0 : -1}
      onFocus={(event) => event.target === frame.current && view.entered(cell.id, "command")}
      onMouseDown={(event) => {
        // A click beside the text chooses the cell; one on a button or in the editor is theirs.
        if ((event.target as Element).closest("button, a, input, select, textarea, [contenteditable], [role=tab]"))
          return;
        view.choose(cell.id, { extend: event.shiftKey, scroll: false });
      }}
    >
      {children}
      <CellToolbar cell={cell} name={name} />
    </section>
  );
}

function offsetOfLine(source: string, line: number): number {
  const before = source.split("\n").slice(0, Math.max(0, line - 1));
  return before.reduce((sum, text) => sum + text.length + 1, 0);
}
