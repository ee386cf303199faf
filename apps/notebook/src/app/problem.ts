/** What went wrong around the notebook, a file that is none for instance, until dismissed. */
import { useCallback, useState } from "react";

export interface Problem {
  readonly text: string;
  readonly remedy?: string | undefined;
}

export function useProblem(first?: Error): {
  problem: Problem | undefined;
  /** Does it, and tells where it fails. */
  trying: (work: Promise<unknown>) => void;
  dismiss: () => void;
} {
  const [problem, setProblem] = useState<Problem | undefined>(first && problemOf(first));
  const trying = useCallback((work: Promise<unknown>) => {
    setProblem(undefined);
    work.catch((cause: unknown) => setProblem(problemOf(cause as Error)));
  }, []);
  const dismiss = useCallback(() => setProblem(undefined), []);
  return { problem, trying, dismiss };
}

/** insitu's own say the remedy in the message too. */
function problemOf(error: Error & { remedy?: string }): Problem {
  const { message, remedy } = error;
  return { text: message || String(error), remedy: message?.includes(remedy ?? "") ? undefined : remedy };
}
