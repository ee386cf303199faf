/** What went wrong in a cell, where, and what to do. */
import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { ErrorOutput } from "./output.ts";
import { useOutputActions } from "./outputContext.ts";

export function ErrorView({ output }: { output: ErrorOutput }): ReactNode {
  const { name, message, remedy, line, cell } = output;
  const { onGoToLine } = useOutputActions();
  return (
    <div className="out-error" role="alert">
      <CircleAlert size={16} aria-hidden />
      <div>
        <p>
          <strong>{name}</strong> {message}
        </p>
        {remedy && <p>{remedy}</p>}
        {line !== undefined && (
          <button type="button" className="out-quiet" onClick={() => onGoToLine(line, cell)}>
            {cell ? `Line ${line} of another cell` : `Line ${line}`}
          </button>
        )}
      </div>
    </div>
  );
}
