/** Says briefly, to those who do not see the page, how runs went. */
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useSessionState } from "../cells/notebookContext.ts";
import { duration } from "../cells/runBadge.tsx";
import type { CellRun, SessionState } from "../session/sessionState.ts";

export function LiveRegion({ saves }: { saves: number }): ReactNode {
  const { notebook, runs, saved: kept } = useSessionState();
  const before = useRef<SessionState["runs"]>(runs);
  const [said, setSaid] = useState("");
  useEffect(() => {
    const lines = notebook.cells.flatMap((cell, index) => {
      const run = runs.get(cell.id);
      const last = before.current.get(cell.id);
      if (!run || run === last || (run.state === last?.state && run.count === last.count)) return [];
      return inWords(run, index + 1);
    });
    before.current = runs;
    if (lines.length) setSaid(lines.join(" "));
  }, [notebook, runs]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: said when it was asked for, not whenever it saves itself
  useEffect(() => {
    if (saves > 0) setSaid(kept === "failed" ? "Not saved." : "Kept in this browser.");
  }, [saves]);
  return (
    <div className="app-unseen" role="status" aria-live="polite">
      {said}
    </div>
  );
}

function inWords(run: CellRun, place: number): string[] {
  const time = run.milliseconds === undefined ? "" : ` in ${duration(run.milliseconds)}`;
  const error = run.outputs.find((output) => output.kind === "error");
  if (run.state === "done") return [`Cell ${place} ran${time}.`];
  if (run.state === "interrupted") return [`Cell ${place} was interrupted.`];
  if (run.state === "error") return [`Cell ${place} failed${error?.kind === "error" ? `: ${error.name}` : ""}.`];
  return [];
}
