/** Why there is no model, and what can be done. */
import type { ReactNode } from "react";

export function LoadProblem({ error, onRetry }: { error: Error; onRetry: () => void }): ReactNode {
  const { problem, remedy } = error as Error & { problem?: string; remedy?: string };
  return (
    <section className="model-part model-problem" role="alert">
      <h3>{error.name}</h3>
      <p>{problem ?? error.message}</p>
      {remedy && <p className="model-remedy">{remedy}</p>}
      <button type="button" className="model-button" onClick={onRetry}>
        Retry
      </button>
    </section>
  );
}
