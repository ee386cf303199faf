/** Runs that have not changed stay the same objects: a cell whose run is the same is not drawn again. */
import { useRef } from "react";
import type { CellRun, SessionState } from "../session/sessionState.ts";

export function useStableRuns(runs: SessionState["runs"]): SessionState["runs"] {
  const before = useRef<{ given: SessionState["runs"]; stable: SessionState["runs"] }>(undefined);
  if (before.current?.given === runs) return before.current.stable;
  const known = before.current?.stable;
  const stable = new Map([...runs].map(([id, run]) => [id, same(known?.get(id), run) ? known!.get(id)! : run]));
  before.current = { given: runs, stable };
  return stable;
}

const same = (a: CellRun | undefined, b: CellRun): boolean =>
  a !== undefined &&
  a.state === b.state &&
  a.stale === b.stale &&
  a.count === b.count &&
  a.milliseconds === b.milliseconds &&
  a.dropped === b.dropped &&
  a.outputs === b.outputs;
