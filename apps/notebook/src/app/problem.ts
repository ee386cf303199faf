/** What went wrong around the notebook, a file that is none for instance, until dismissed. */
import { useCallback, useState } from "react";

export interface Problem {
  readonly text: string;
  readonly remedy?: string | undefined;
}

export function useProblem(): {
  problem: Problem | undefined;
  /** Does it, and tells where it fails. */
  trying: (work: Promise<unknown>) => void;
  dismiss: () => void;
} {
  const [problem, setProblem] = useState<Problem>();
  const trying = useCallback((work: Promise<unknown>) => {
    setProblem(undefined);
    work.catch((cause: unknown) => {
      const { message, remedy } = cause as Error & { remedy?: string };
      // insitu's own say the remedy in the message too.
      setProblem({ text: message || String(cause), remedy: message?.includes(remedy ?? "") ? undefined : remedy });
    });
  }, []);
  const dismiss = useCallback(() => setProblem(undefined), []);
  return { problem, trying, dismiss };
}
