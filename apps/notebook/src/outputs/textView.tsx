/** A value printed, or lines of the console. */
import { CircleAlert, TriangleAlert } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { TextOutput } from "./output.ts";

/** Lines and characters that are shown before the reader asks for more. */
const LINES = 24;
const CHARACTERS = 3000;

const ICONS = { warn: TriangleAlert, error: CircleAlert, log: undefined };

export function TextView({ output: { text, level, note } }: { output: TextOutput }): ReactNode {
  const [all, setAll] = useState(false);
  const short = all ? text : shortened(text);
  const Icon = level && ICONS[level];
  return (
    <div className="out-text" data-level={level ?? "value"}>
      {Icon && <Icon size={14} role="img" aria-label={level === "warn" ? "Warning" : "Error"} />}
      <div>
        <pre tabIndex={all ? 0 : -1}>{short}</pre>
        {short.length < text.length && (
          <button type="button" className="out-quiet" onClick={() => setAll(true)}>
            Show all {text.split("\n").length.toLocaleString("en")} lines
          </button>
        )}
        {note && <p className="out-note">{note}</p>}
      </div>
    </div>
  );
}

function shortened(text: string): string {
  let end = Math.min(text.length, CHARACTERS);
  let line = -1;
  for (let i = 0; i < LINES && line < end; i++) {
    const next = text.indexOf("\n", line + 1);
    if (next < 0) return text.slice(0, end);
    line = next;
  }
  end = Math.min(end, line);
  return text.slice(0, end);
}
