/** How a notebook is looked at: which cells are chosen, which is edited, what is folded. Nothing of it is kept. */
import type { Cell, CellKind } from "../notebook/notebook.ts";
import type { Session } from "../session/sessionState.ts";
import type { Mode } from "./keys.ts";

/** In a cell's text. */
export type Place = "start" | "end" | number;

export interface ViewState {
  /** The cell that keys act on. */
  readonly active: string | undefined;
  /** The other end of what is chosen; `active` where that is one cell. */
  readonly anchor: string | undefined;
  readonly mode: Mode;
  /** Cells whose outputs are folded. */
  readonly folded: ReadonlySet<string>;
  /** Markdown cells that show their source. */
  readonly open: ReadonlySet<string>;
  /** Where the focus is to go; `n` counts the wishes. */
  readonly wish: { readonly n: number; readonly at?: Place | undefined; readonly scroll: boolean };
}

/** What a cell on the page can do. */
export interface CellHandle {
  /** Offset in its text. */
  cursor(): number;
  insert(text: string): void;
  goToLine(line: number): void;
}

export interface ChooseOptions {
  readonly mode?: Mode;
  /** Along with what is chosen already. */
  readonly extend?: boolean;
  readonly at?: Place;
  /** Into view; what was pointed at is there already. */
  readonly scroll?: boolean;
}

export interface Clipped {
  readonly kind: CellKind;
  readonly source: string;
}

export class NotebookView {
  readonly handles = new Map<string, CellHandle>();
  clipboard: readonly Clipped[] = [];
  #state: ViewState;
  #listeners = new Set<() => void>();
  /** Order of the cells when they were last looked at. */
  #order: readonly string[];

  constructor(readonly session: Session) {
    this.#order = this.#ids();
    const first = this.#order[0];
    const empty = new Set<string>();
    this.#state = {
      active: first,
      anchor: first,
      mode: "command",
      folded: empty,
      open: empty,
      wish: { n: 0, scroll: false },
    };
  }

  getState = (): ViewState => this.#state;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  cells(): readonly Cell[] {
    return this.session.getState().notebook.cells;
  }

  active(): Cell | undefined {
    return this.cells().find((cell) => cell.id === this.#state.active);
  }

  indexOf(id: string | undefined): number {
    return this.cells().findIndex((cell) => cell.id === id);
  }

  /** What is chosen, from top to bottom. */
  chosen(): readonly Cell[] {
    const ends = [this.indexOf(this.#state.anchor), this.indexOf(this.#state.active)].filter((index) => index >= 0);
    return ends.length ? this.cells().slice(Math.min(...ends), Math.max(...ends) + 1) : [];
  }

  /** Makes a cell the active one and moves the focus there. */
  choose(id: string | undefined, options: ChooseOptions = {}): void {
    if (id === undefined) return;
    const { mode = "command", extend = false, scroll = true, at } = options;
    const open = mode === "edit" && this.#kind(id) === "markdown" ? with_(this.#state.open, id) : this.#state.open;
    const anchor = extend ? (this.#state.anchor ?? id) : id;
    this.#set({ active: id, anchor, mode, open, wish: { n: this.#state.wish.n + 1, at, scroll } });
  }

  /** The focus went there by itself: nothing is to be moved. */
  entered(id: string, mode: Mode): void {
    const { active, anchor, mode: before } = this.#state;
    if (active === id && before === mode && (mode === "command" || anchor === id)) return;
    this.#set({ active: id, anchor: active === id && mode === "command" ? anchor : id, mode });
  }

  fold(ids: readonly string[], folded: boolean): void {
    const next = new Set(this.#state.folded);
    for (const id of ids) folded ? next.add(id) : next.delete(id);
    this.#set({ folded: next });
  }

  /** Markdown cells show what they say, or their source. */
  setOpen(ids: readonly string[], open: boolean): void {
    const next = new Set(this.#state.open);
    for (const id of ids) open ? next.add(id) : next.delete(id);
    this.#set({ open: next });
  }

  /** After cells have changed: where the active one is gone, the one in its place is active. */
  settle(): void {
    const ids = this.#ids();
    const before = this.#order;
    this.#order = ids;
    const { active } = this.#state;
    if (active !== undefined && ids.includes(active)) return;
    const place = active === undefined ? 0 : Math.max(0, before.indexOf(active));
    const next = ids[Math.min(place, ids.length - 1)];
    if (next === undefined) this.#set({ active: undefined, anchor: undefined, mode: "command" });
    else this.choose(next);
  }

  #kind(id: string): CellKind | undefined {
    return this.cells().find((cell) => cell.id === id)?.kind;
  }

  #ids(): readonly string[] {
    return this.cells().map((cell) => cell.id);
  }

  #set(change: Partial<ViewState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}

const with_ = (set: ReadonlySet<string>, id: string): ReadonlySet<string> =>
  set.has(id) ? set : new Set([...set, id]);
