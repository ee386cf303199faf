/** Everything that a cell has given, one below another. */
import { type ReactNode, useState } from "react";
import type { Output } from "./output.ts";
import { OutputContext } from "./outputContext.ts";
import { OutputView } from "./outputView.tsx";
import "./outputs.css";

export interface OutputListProps {
  readonly outputs: readonly Output[];
  /** How many more there were. */
  readonly dropped: number;
  /** Whose they are: "Code cell 3 of 12". */
  readonly cellName: string;
  /** Puts code into a cell below. */
  readonly onInsertCode: (code: string) => void;
  /** To a line of this cell's, or of another. */
  readonly onGoToLine: (line: number, cell: string | undefined) => void;
}

/** So many are drawn at first. */
const FIRST = 30;

export function OutputList({ outputs, dropped, cellName, onInsertCode, onGoToLine }: OutputListProps): ReactNode {
  const [all, setAll] = useState(false);
  const shown = all ? outputs : outputs.slice(0, FIRST);
  // What failed is told whatever is folded away.
  const last = outputs.at(-1);
  const error = !all && outputs.length > FIRST && last?.kind === "error" ? last : undefined;
  return (
    <OutputContext value={{ onInsertCode, onGoToLine }}>
      <section className="out-list" aria-label={`Output of ${cellName}`}>
        {shown.map((output, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an output is its place
          <OutputView key={i} output={output} />
        ))}
        {outputs.length > shown.length && (
          <button type="button" className="out-quiet" onClick={() => setAll(true)}>
            Show {outputs.length - shown.length} more
          </button>
        )}
        {dropped > 0 && <p className="out-note">… and {dropped.toLocaleString("en")} more, which were not kept.</p>}
        {error && <OutputView output={error} />}
      </section>
    </OutputContext>
  );
}
