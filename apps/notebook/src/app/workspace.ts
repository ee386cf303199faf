/** Which notebook is open. Another one takes its place with a session of its own; what was open is kept first. */
import type { Notebook } from "../notebook/notebook.ts";
import { newId } from "../notebook/notebook.ts";
import type { Kept, NotebookSession } from "../session/notebookSession.ts";
import type { KeptNotebook, Openers, Shelf } from "./appProps.ts";

/** Where notebooks are kept. */
export interface Library {
  list(): Promise<readonly KeptNotebook[]>;
  subscribe(listener: () => void): () => void;
  load(id: string): Promise<{ readonly notebook: Notebook; readonly kept: Kept } | undefined>;
  save(notebook: Notebook, kept: Kept): Promise<void>;
  rename(id: string, title: string): Promise<void>;
  /** A copy of what is not trusted is not either. */
  duplicate(id: string): Promise<unknown>;
  remove(id: string): Promise<void>;
}

export interface WorkspaceOptions {
  readonly library: Library;
  /** A session on a notebook, which keeps itself in the library. */
  readonly begin: (notebook: Notebook, kept: Kept) => NotebookSession;
  /** A copy of a gallery notebook, the reader's own. */
  readonly fromGallery: (slug: string) => Promise<Notebook>;
  /** @throws where the file is no notebook */
  readonly fromFile: (file: File) => Promise<Notebook>;
}

const OWN: Kept = { origin: "new", trusted: true, hosts: [] };

export class Workspace implements Openers, Shelf {
  private session: NotebookSession | undefined;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly options: WorkspaceOptions) {}

  /** The session of what is open; undefined before the first. */
  getSession = (): NotebookSession | undefined => this.session;

  onOpened = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  async open(notebook: Notebook, kept: Kept): Promise<void> {
    const before = this.session;
    this.session = this.options.begin(notebook, kept);
    for (const listener of this.listeners) listener();
    await before?.close();
  }

  async gallery(slug: string): Promise<void> {
    await this.open(await this.options.fromGallery(slug), { ...OWN, origin: "gallery" });
  }

  async kept(id: string): Promise<void> {
    if (this.session?.getState().notebook.id === id) return;
    const found = await this.options.library.load(id);
    if (!found) throw new Error("That notebook is no longer kept here.");
    await this.open(found.notebook, found.kept);
  }

  async create(): Promise<void> {
    await this.open({ id: newId(), title: "Untitled", cells: [] }, OWN);
  }

  async file(file: File): Promise<void> {
    await this.open(await this.options.fromFile(file), { origin: "file", trusted: false, hosts: [] });
  }

  list = (): Promise<readonly KeptNotebook[]> => this.options.library.list();

  subscribe = (listener: () => void): (() => void) => this.options.library.subscribe(listener);

  async rename(id: string, title: string): Promise<void> {
    if (this.session?.getState().notebook.id === id) this.session.setTitle(title);
    else await this.options.library.rename(id, title);
  }

  async duplicate(id: string): Promise<void> {
    await this.options.library.duplicate(id);
  }

  async remove(id: string): Promise<void> {
    const open = this.session?.getState().notebook.id === id;
    // First another one, or the open one would keep itself again.
    if (open) await this.create();
    await this.options.library.remove(id);
  }
}
