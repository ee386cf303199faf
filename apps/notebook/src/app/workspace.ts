/** Which notebook is open. Another one takes its place with a session of its own; what was open is kept first. */
import { type Notebook, newId } from "../notebook/notebook.ts";
import type { NotebookStore } from "../notebook/notebookStore.ts";
import { type Opened, openAddress, openFile } from "../notebook/openNotebook.ts";
import type { Kept, NotebookSession } from "../session/notebookSession.ts";
import type { KeptNotebook, Openers, Shelf } from "./appProps.ts";

export interface WorkspaceOptions {
  readonly store: NotebookStore;
  /** A notebook of the gallery's, as its file. */
  readonly gallery: (slug: string) => Promise<string> | undefined;
  readonly begin: (opened: Opened, save: (notebook: Notebook, kept: Kept) => Promise<void>) => NotebookSession;
  /** Told where to find what is open, from its first save on: `#notebook/ID`. */
  readonly onKept: (id: string) => void;
  /** Told of an address that is to be gone to. */
  readonly onAddress: (hash: string) => void;
}

const OWN: Kept = { origin: "new", trusted: true, hosts: [] };

export class Workspace implements Openers, Shelf {
  private session: NotebookSession | undefined;
  private readonly listeners = new Set<() => void>();
  readonly list: () => Promise<readonly KeptNotebook[]>;
  readonly subscribe: (listener: () => void) => () => void;

  constructor(private readonly options: WorkspaceOptions) {
    this.list = () => options.store.list();
    this.subscribe = options.store.subscribe;
  }

  /** The session of what is open; undefined before the first. */
  getSession = (): NotebookSession | undefined => this.session;

  onOpened = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** What an address means; false where it means nothing. @throws NotebookError */
  async address(hash: string): Promise<boolean> {
    const opened = await openAddress(hash, this.options);
    if (opened) await this.open(opened);
    return opened !== undefined;
  }

  async gallery(slug: string): Promise<void> {
    await this.go(`#gallery/${slug}`);
  }

  async kept(id: string): Promise<void> {
    if (this.session?.getState().notebook.id !== id) await this.go(`#notebook/${id}`);
  }

  async create(): Promise<void> {
    await this.open({ notebook: { id: newId(), title: "Untitled", cells: [] }, ...OWN });
  }

  /** Kept at once: the file is not to be had again. */
  async file(file: File): Promise<void> {
    const opened = await openFile(file);
    await this.options.store.save(opened.notebook, opened);
    await this.open(opened);
    this.options.onKept(opened.notebook.id);
  }

  async rename(id: string, title: string): Promise<void> {
    if (this.session?.getState().notebook.id === id) this.session.setTitle(title);
    else await this.options.store.rename(id, title);
  }

  async duplicate(id: string): Promise<void> {
    await this.options.store.duplicate(id);
  }

  async remove(id: string): Promise<void> {
    // First another one, or what is open would keep itself again.
    if (this.session?.getState().notebook.id === id) await this.create();
    await this.options.store.remove(id);
  }

  private async go(hash: string): Promise<void> {
    await this.address(hash);
    this.options.onAddress(hash);
  }

  private async open(opened: Opened): Promise<void> {
    const { store, begin, onKept } = this.options;
    const { id } = opened.notebook;
    const before = this.session;
    this.session = begin(opened, async (notebook, kept) => {
      await store.save(notebook, kept);
      if (this.session?.getState().notebook.id === id) onKept(id);
    });
    for (const listener of this.listeners) listener();
    await before?.close();
  }
}
