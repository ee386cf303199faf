import type { ReactNode } from "react";
import type { LogLine } from "./codeConsole.ts";

/** What the code logged, line by line. */
export function Logs({ lines, more }: { lines: readonly LogLine[]; more: number }): ReactNode {
  if (lines.length === 0) return null;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys
    <div className="insitu-playground-logs" role="log" aria-label="Console" tabIndex={0}>
      {lines.map(({ level, text }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines are only ever added
        <pre key={i} data-level={level}>
          {level !== "log" && <span>{level === "warn" ? "warning: " : "error: "}</span>}
          {text}
        </pre>
      ))}
      {more > 0 && <p className="insitu-playground-note">… and {more} more lines.</p>}
    </div>
  );
}
