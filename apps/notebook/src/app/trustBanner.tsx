/** For a notebook of someone else's: nothing of it runs before the reader has read it and said so. */
import { ShieldQuestion } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { useNotebook, useSessionState } from "../cells/notebookContext.ts";

export function TrustBanner({ refused }: { refused: number }): ReactNode {
  const { session, view } = useNotebook();
  const { trusted, origin, notebook } = useSessionState();
  const allow = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (refused > 0) allow.current?.focus();
  }, [refused]);
  if (trusted) return null;
  const code = notebook.cells.filter((cell) => cell.kind === "code");
  return (
    <section className="app-trust" aria-label="This notebook is not allowed to run yet" data-refused={refused > 0}>
      <ShieldQuestion size={20} aria-hidden />
      <div>
        <p>
          <strong>This notebook came by {origin === "file" ? "a file" : "a link"}. Nothing has run.</strong> Read it,
          then allow it to run.
        </p>
        <p className="app-muted">
          Its code is shut in: it reaches the model, not this page, what is kept here, or the network.
          {refused > 0 && <span role="alert"> To run a cell, allow the notebook first.</span>}
        </p>
      </div>
      <div className="app-row">
        <button
          ref={allow}
          type="button"
          className="app-button"
          data-primary
          onClick={() => {
            session.trust();
            view.choose(view.getState().active);
          }}
        >
          Allow it to run
        </button>
        {code.length > 0 && (
          <button type="button" className="app-button" onClick={() => view.choose(code[0]!.id)}>
            Read its code first
          </button>
        )}
      </div>
    </section>
  );
}
