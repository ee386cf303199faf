import { InsituError } from "insitu";
import type { ReactNode } from "react";

export interface ProblemProps {
  error: Error;
  /** Where it is, where that is better said than by the error's own line. */
  where?: string | undefined;
  /** Begins again, where that may help. */
  onRetry?: (() => void) | undefined;
}

/** An error as insitu's are: what is wrong, where, and what to do. */
export function Problem({ error, where, onRetry }: ProblemProps): ReactNode {
  const { problem, remedy, line } = error instanceof InsituError ? error : { problem: error.message };
  const place = where ?? line;
  return (
    <div className="insitu-problem" role="alert">
      <p>
        <strong>{problem}</strong> {remedy}
      </p>
      {place && <p className="insitu-line">{place}</p>}
      {onRetry && (
        <button type="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}
