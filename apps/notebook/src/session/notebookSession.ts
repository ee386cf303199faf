/** A notebook that is open: its cells, what they gave, and the kernel that runs them. The page draws its state. */
import { Kernel, type KernelOptions } from "../kernel/kernel.ts";
import type { ModelHost } from "../model/modelHost.ts";
import { type Cell, type CellKind, type Notebook, newCell, type Origin } from "../notebook/notebook.ts";
import { changed, inserted, merged, moved, removed, split } from "./cellEdits.ts";
import { CellRuns } from "./cellRuns.ts";
import type { Session, SessionState } from "./sessionState.ts";

/** What is kept of a notebook beside its cells. */
export interface Kept {
  readonly origin: Origin;
  readonly trusted: boolean;
  readonly hosts: readonly string[];
}

export interface SessionOptions extends Kept, Pick<KernelOptions, "scripts"> {
  notebook: Notebook;
  host: ModelHost;
  /** Keeps it; called soon after each change. */
  save: (notebook: Notebook, kept: Kept) => Promise<void>;
}

/** Milliseconds after a change before it is kept. */
const SAVE_AFTER = 400;
/** Changes that can be taken back. */
const UNDO = 100;

export class NotebookSession implements Session {
  private state: SessionState;
  private readonly listeners = new Set<() => void>();
  private readonly runs = new CellRuns();
  private readonly kernel: Kernel;
  private readonly undone: (readonly Cell[])[] = [];
  private queue: string[] = [];
  private working = false;
  private going: { id: string; run: number } | undefined;
  private saving: ReturnType<typeof setTimeout> | undefined;
  private drawing = false;
  private readonly unsubscribe: () => void;

  constructor(private readonly options: SessionOptions) {
    const { notebook, origin, trusted, hosts, host, scripts } = options;
    this.state = {
      notebook,
      origin,
      trusted,
      hosts,
      runs: new Map(),
      sandbox: "starting",
      saved: "saved",
      canUndo: false,
    };
    this.kernel = new Kernel({
      host,
      scripts,
      hosts,
      onState: (sandbox) => this.set({ sandbox }),
      onOutputs: (run, from, outputs, dropped) => {
        if (this.going?.run !== run) return;
        this.runs.show(this.going.id, from, outputs, dropped);
        this.redraw();
      },
      onFresh: (why) => {
        this.runs.forget();
        this.redraw();
        if (why) this.set({ notice: { text: why, kind: "warning" } });
      },
    });
    this.runs.model = host.engine;
    this.unsubscribe = host.subscribe(() => {
      if (host.getState().status === "loading" || this.runs.model === host.engine) return;
      this.runs.model = host.engine;
      this.redraw();
    });
  }

  getState(): SessionState {
    return this.state;
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  setTitle(title: string): void {
    this.change({ title });
  }

  setSource(id: string, source: string): void {
    this.change({ cells: changed(this.cells, id, { source }) });
  }

  setKind(id: string, kind: CellKind): void {
    this.rearrange(changed(this.cells, id, { kind }));
  }

  insert(index: number, kind: CellKind = "code", source = ""): string {
    const cell = newCell(kind, source);
    this.rearrange(inserted(this.cells, index, cell));
    return cell.id;
  }

  remove(ids: readonly string[]): void {
    this.queue = this.queue.filter((id) => !ids.includes(id));
    if (this.going && ids.includes(this.going.id)) this.kernel.interrupt();
    this.rearrange(removed(this.cells, ids));
  }

  move(id: string, index: number): void {
    this.rearrange(moved(this.cells, id, index));
  }

  split(id: string, at: number): string {
    const { cells, second } = split(this.cells, id, at);
    this.rearrange(cells);
    return second.id;
  }

  mergeBelow(id: string): void {
    this.rearrange(merged(this.cells, id));
  }

  undo(): void {
    const cells = this.undone.pop();
    if (cells) this.change({ cells });
  }

  run(ids: readonly string[]): void {
    if (!this.state.trusted) return;
    for (const id of ids) {
      if (this.cells.find((cell) => cell.id === id)?.kind !== "code" || this.queue.includes(id)) continue;
      this.queue.push(id);
      if (this.going?.id !== id) this.runs.set(id, "queued");
    }
    this.redraw();
    void this.work();
  }

  runAll(): void {
    this.run(this.cells.map(({ id }) => id));
  }

  runAbove(id: string): void {
    this.run(this.cells.slice(0, this.indexOf(id)).map(({ id }) => id));
  }

  runBelow(id: string): void {
    this.run(this.cells.slice(this.indexOf(id)).map(({ id }) => id));
  }

  interrupt(): void {
    this.dropQueue();
    this.kernel.interrupt();
  }

  restart(): void {
    this.dropQueue();
    this.kernel.restart();
  }

  clearOutputs(ids?: readonly string[]): void {
    this.runs.clear(ids);
    this.redraw();
  }

  trust(): void {
    this.set({ trusted: true });
    this.saveSoon();
  }

  allowHosts(hosts: readonly string[]): void {
    this.set({ hosts });
    this.dropQueue();
    this.kernel.restart(hosts);
    this.saveSoon();
  }

  /** Tells the reader something. */
  notify(text: string): void {
    this.set({ notice: { text, kind: "warning" } });
  }

  /** Keeps it now. */
  keep(): Promise<void> {
    return this.save();
  }

  dismissNotice(): void {
    this.set({ notice: undefined });
  }

  /** Keeps what is not kept yet, and ends. */
  async close(): Promise<void> {
    this.queue = [];
    this.unsubscribe();
    this.kernel.close();
    if (this.saving !== undefined) await this.save();
    this.listeners.clear();
  }

  private get cells(): readonly Cell[] {
    return this.state.notebook.cells;
  }

  private indexOf(id: string): number {
    return Math.max(
      0,
      this.cells.findIndex((cell) => cell.id === id),
    );
  }

  private dropQueue(): void {
    for (const id of this.queue) if (id !== this.going?.id) this.runs.set(id, "idle");
    this.queue = [];
    this.redraw();
  }

  private async work(): Promise<void> {
    if (this.working) return;
    this.working = true;
    try {
      for (let id = this.queue.shift(); id !== undefined; id = this.queue.shift()) {
        const cell = this.cells.find((cell) => cell.id === id);
        if (cell) await this.runCell(cell);
      }
    } finally {
      this.working = false;
    }
  }

  private async runCell(cell: Cell): Promise<void> {
    this.runs.begin(cell);
    const began = performance.now();
    const { run, ended } = this.kernel.run(cell.id, cell.source);
    this.going = { id: cell.id, run };
    this.redraw();
    const { how, error, defines, uses } = await ended;
    this.going = undefined;
    const milliseconds = performance.now() - began;
    this.runs.end(cell.id, { state: how, milliseconds, defines, uses }, error);
    // What comes after one that failed would fail on what it lacks.
    if (how !== "done") this.dropQueue();
    this.redraw();
  }

  /** Cells' order or kinds, which can be taken back. */
  private rearrange(cells: readonly Cell[]): void {
    this.undone.push(this.cells);
    if (this.undone.length > UNDO) this.undone.shift();
    this.change({ cells });
  }

  private change(change: Partial<Pick<Notebook, "title" | "cells">>): void {
    const notebook = { ...this.state.notebook, ...change };
    this.set({ notebook, canUndo: this.undone.length > 0, runs: this.runs.view(notebook.cells) });
    this.saveSoon();
  }

  private saveSoon(): void {
    clearTimeout(this.saving);
    this.saving = setTimeout(() => void this.save(), SAVE_AFTER);
    if (this.state.saved !== "saving") this.set({ saved: "saving" });
  }

  private async save(): Promise<void> {
    clearTimeout(this.saving);
    this.saving = undefined;
    const { notebook, origin, trusted, hosts } = this.state;
    try {
      await this.options.save(notebook, { origin, trusted, hosts });
      if (this.saving === undefined) this.set({ saved: "saved" });
    } catch {
      this.set({ saved: "failed" });
    }
  }

  /** Once for however much happens at a time. */
  private redraw(): void {
    if (this.drawing) return;
    this.drawing = true;
    queueMicrotask(() => {
      this.drawing = false;
      this.set({ runs: this.runs.view(this.cells) });
    });
  }

  private set(change: Partial<SessionState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }
}
