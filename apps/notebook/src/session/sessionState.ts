/** What the page draws of a notebook that is open. */
import type { Notebook, Origin } from "../notebook/notebook.ts";
import type { Output } from "../outputs/output.ts";

/** `done` and `error` are of the last run; `idle` has never run since the sandbox began. */
export type RunState = "idle" | "queued" | "running" | "done" | "error" | "interrupted";

export interface CellRun {
  readonly state: RunState;
  /** Its text, or something it uses, has changed since it ran. */
  readonly stale: boolean;
  /** The how-manieth run of the notebook this was: Jupyter's `[3]`. */
  readonly count?: number | undefined;
  /** How long the last run took. */
  readonly milliseconds?: number | undefined;
  readonly outputs: readonly Output[];
  /** How many more outputs there were than are kept. */
  readonly dropped: number;
}

export interface SessionState {
  readonly notebook: Notebook;
  readonly origin: Origin;
  /** While false nothing runs: it came from elsewhere, and the reader has not allowed it yet. */
  readonly trusted: boolean;
  /** By the cell's id; a cell that is missing here never ran. */
  readonly runs: ReadonlyMap<string, CellRun>;
  /** Where code runs: `dead` until a restart. */
  readonly sandbox: "starting" | "idle" | "busy" | "dead";
  /** Something for the reader to know, until dismissed: the sandbox was restarted, a save failed. */
  readonly notice?: { readonly text: string; readonly kind: "info" | "warning" } | undefined;
  readonly saved: "saved" | "saving" | "failed";
  readonly canUndo: boolean;
  /** Hosts that the code may fetch from; none unless the reader adds them. */
  readonly hosts: readonly string[];
}

/** What can be done with it. `NotebookSession` is the real one. */
export interface Session {
  getState(): SessionState;
  subscribe(listener: () => void): () => void;

  setTitle(title: string): void;
  setSource(id: string, source: string): void;
  setKind(id: string, kind: "code" | "markdown"): void;
  /** Gives the new cell's id. */
  insert(index: number, kind?: "code" | "markdown", source?: string): string;
  remove(ids: readonly string[]): void;
  /** To which index, after it has been taken out. */
  move(id: string, index: number): void;
  /** In two at a place of its text; gives the second one's id. */
  split(id: string, at: number): string;
  /** With the cell below. */
  mergeBelow(id: string): void;
  /** Takes back the last change of cells (not of their text). */
  undo(): void;

  /** Queues them in the order given. */
  run(ids: readonly string[]): void;
  runAll(): void;
  runAbove(id: string): void;
  runBelow(id: string): void;
  /** Stops what runs and forgets what is queued; the model, and unless it was an endless loop the variables, stay. */
  interrupt(): void;
  /** A new sandbox: all variables are gone, the model stays. */
  restart(): void;
  clearOutputs(ids?: readonly string[]): void;

  trust(): void;
  /** Which hosts code may fetch from; begins a new sandbox. */
  allowHosts(hosts: readonly string[]): void;
  dismissNotice(): void;
}
