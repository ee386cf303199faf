import { InsituError } from "insitu";
import type { ReactNode } from "react";

export interface ProblemProps {
  error: Error;
  /** Begins again, where that may help. */
  onRetry?: (() => void) | undefined;
}

/** An error as insitu's are: what is wrong, where, and what to do. */
export function Problem({ error, onRetry }: ProblemProps): ReactNode {
  const { problem, remedy, line } = error instanceof InsituError ? error : { problem: error.message };
  return (
    <div className="insitu-problem" role="alert">
      <p>
        <strong>{problem}</strong> {remedy}
      </p>
      {line && <p className="insitu-line">{line}</p>}
      {onRetry && (
        <button type="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}
