/** How a cell's last run went: by an icon, in words and by colour. */
import { Check, CircleDashed, CircleDot, Clock, Hourglass, OctagonX, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { CellRun } from "../session/sessionState.ts";
import "./runBadge.css";

export function RunBadge({ run }: { run: CellRun | undefined }): ReactNode {
  const state = run?.state ?? "idle";
  const { Icon, text } = STATES[state];
  return (
    <span className="nb-badge" data-state={state}>
      <Icon size={13} aria-hidden />
      <span>{text}</span>
      {run?.count !== undefined && state !== "queued" && <span className="nb-badge-count">[{run.count}]</span>}
      {run?.milliseconds !== undefined && (state === "done" || state === "error") && (
        <span className="nb-badge-time">{duration(run.milliseconds)}</span>
      )}
      {run?.stale && state !== "running" && state !== "queued" && (
        <span
          className="nb-badge-stale"
          title="Its text, or something it uses, has changed since it ran. It runs again when you run it."
        >
          <CircleDot size={13} aria-hidden /> stale
        </span>
      )}
    </span>
  );
}

const STATES = {
  idle: { Icon: CircleDashed, text: "not run" },
  queued: { Icon: Clock, text: "waiting" },
  running: { Icon: Hourglass, text: "running" },
  done: { Icon: Check, text: "ran" },
  error: { Icon: TriangleAlert, text: "failed" },
  interrupted: { Icon: OctagonX, text: "interrupted" },
} as const;

/** For the cell's name: "ran, 120 ms, stale". */
export function runInWords(run: CellRun | undefined): string {
  const state = run?.state ?? "idle";
  const time = run?.milliseconds !== undefined && state === "done" ? [duration(run.milliseconds)] : [];
  return [STATES[state].text, ...time, ...(run?.stale ? ["stale"] : [])].join(", ");
}

export function duration(milliseconds: number): string {
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
