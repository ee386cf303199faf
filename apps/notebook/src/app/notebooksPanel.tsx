/** The notebooks kept in this browser. */
import { Copy, NotebookPen, Pencil, Plus, Trash2 } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { useSessionPart } from "../cells/notebookContext.ts";
import type { KeptNotebook, Openers, Shelf } from "./appProps.ts";

export interface NotebooksPanelProps {
  readonly shelf: Shelf;
  readonly openers: Openers;
  readonly trying: (work: Promise<unknown>) => void;
  readonly onOpened?: (() => void) | undefined;
}

export function NotebooksPanel({ shelf, openers, trying, onOpened }: NotebooksPanelProps): ReactNode {
  const { kept, error } = useKept(shelf);
  const current = useSessionPart((state) => state.notebook.id);
  return (
    <>
      <button
        type="button"
        className="app-button app-wide"
        onClick={() => {
          onOpened?.();
          trying(openers.create());
        }}
      >
        <Plus size={15} aria-hidden /> New notebook
      </button>
      {error && <p className="app-wrong">The list cannot be read: {error}</p>}
      {kept?.length === 0 && (
        <div className="app-empty" data-small>
          <NotebookPen size={28} aria-hidden />
          <p>What you write is kept here, in this browser and nowhere else.</p>
        </div>
      )}
      <ul className="app-kept">
        {kept?.map((each) => (
          <KeptRow
            key={each.id}
            notebook={each}
            current={each.id === current}
            shelf={shelf}
            trying={trying}
            onOpen={() => {
              onOpened?.();
              trying(openers.kept(each.id));
            }}
          />
        ))}
      </ul>
    </>
  );
}

interface KeptRowProps {
  readonly notebook: KeptNotebook;
  readonly current: boolean;
  readonly shelf: Shelf;
  readonly trying: (work: Promise<unknown>) => void;
  readonly onOpen: () => void;
}

function KeptRow({ notebook, current, shelf, trying, onOpen }: KeptRowProps): ReactNode {
  const { id, title, updated, cells } = notebook;
  const [doing, setDoing] = useState<"rename" | "delete">();
  const done = () => setDoing(undefined);
  if (doing === "delete")
    return (
      <li className="app-kept-ask">
        <p>Delete “{title}” for good?</p>
        <button
          type="button"
          className="app-button"
          data-danger
          ref={(button) => button?.focus()}
          onClick={() => trying(shelf.remove(id).finally(done))}
        >
          Delete
        </button>
        <button type="button" className="app-button" onClick={done}>
          Keep it
        </button>
      </li>
    );
  if (doing === "rename")
    return (
      <li>
        <form
          className="app-row"
          onSubmit={(event) => {
            event.preventDefault();
            const wanted = String(new FormData(event.currentTarget).get("title")).trim();
            trying((wanted ? shelf.rename(id, wanted) : Promise.resolve()).finally(done));
          }}
        >
          <input
            className="app-input"
            name="title"
            aria-label={`New title of ${title}`}
            defaultValue={title}
            ref={(field) => field?.focus()}
            onKeyDown={(event) => event.key === "Escape" && done()}
          />
          <button type="submit" className="app-button">
            Rename
          </button>
        </form>
      </li>
    );
  return (
    <li data-current={current}>
      <button type="button" className="app-kept-open" aria-current={current || undefined} onClick={onOpen}>
        <strong>{title || "Untitled"}</strong>
        <span className="app-muted">
          {ago(updated)} · {cells === 1 ? "1 cell" : `${cells} cells`}
        </span>
      </button>
      <button
        type="button"
        className="app-icon"
        aria-label={`Rename ${title}`}
        title="Rename"
        onClick={() => setDoing("rename")}
      >
        <Pencil size={14} aria-hidden />
      </button>
      <button
        type="button"
        className="app-icon"
        aria-label={`Duplicate ${title}`}
        title="Duplicate"
        onClick={() => trying(shelf.duplicate(id))}
      >
        <Copy size={14} aria-hidden />
      </button>
      <button
        type="button"
        className="app-icon"
        aria-label={`Delete ${title}`}
        title="Delete"
        onClick={() => setDoing("delete")}
      >
        <Trash2 size={14} aria-hidden />
      </button>
    </li>
  );
}

function useKept(shelf: Shelf): { kept: readonly KeptNotebook[] | undefined; error: string | undefined } {
  const [kept, setKept] = useState<readonly KeptNotebook[]>();
  const [error, setError] = useState<string>();
  useEffect(() => {
    let here = true;
    const look = () =>
      shelf.list().then(
        (list) => here && setKept(list),
        (cause: Error) => here && setError(cause.message),
      );
    void look();
    const leave = shelf.subscribe(look);
    return () => {
      here = false;
      leave();
    };
  }, [shelf]);
  return { kept, error };
}

function ago(time: number): string {
  const minutes = Math.round((Date.now() - time) / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 60 * 24) return `${Math.round(minutes / 60)} h ago`;
  return new Date(time).toLocaleDateString(undefined, { day: "numeric", month: "short", year: "numeric" });
}
