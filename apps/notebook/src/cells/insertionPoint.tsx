/** Between two cells: a new one goes here. Seen under the pointer and where the focus is. */
import { Plus } from "lucide-react";
import { memo, type ReactNode } from "react";
import { insertAt } from "./cellActions.ts";
import { useNotebook } from "./notebookContext.ts";

interface InsertionPointProps {
  readonly index: number;
  readonly last?: boolean;
}

export const InsertionPoint = memo(function InsertionPoint({ index, last = false }: InsertionPointProps): ReactNode {
  const { view } = useNotebook();
  const where = index === 0 ? "at the top" : last ? "at the end" : `after cell ${index}`;
  return (
    <div className="nb-insert" data-last={last}>
      <button type="button" onClick={() => insertAt(view, index, "code", "edit")} aria-label={`Code cell ${where}`}>
        <Plus size={13} aria-hidden /> Code
      </button>
      <button type="button" onClick={() => insertAt(view, index, "markdown", "edit")} aria-label={`Text cell ${where}`}>
        <Plus size={13} aria-hidden /> Text
      </button>
    </div>
  );
});
