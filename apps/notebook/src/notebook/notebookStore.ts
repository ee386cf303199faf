/** The notebooks of this browser, in IndexedDB; in memory where there is none. */
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import { type Notebook, newId, type Origin } from "./notebook.ts";

export interface KeptNotebook {
  readonly notebook: Notebook;
  readonly origin: Origin;
  readonly trusted: boolean;
  readonly hosts: readonly string[];
  /** Milliseconds since 1970. */
  readonly updated: number;
}

/** One of a list: without its cells. */
export interface KeptSummary extends Pick<KeptNotebook, "origin" | "trusted" | "updated"> {
  readonly id: string;
  readonly title: string;
  readonly cells: number;
}

interface Schema extends DBSchema {
  notebooks: { key: string; value: KeptNotebook & { id: string } };
}

export class NotebookStore {
  /** Why notebooks are not kept beyond this visit; undefined where they are. */
  readonly problem: Promise<string | undefined>;
  private readonly listeners = new Set<() => void>();
  private readonly channel: BroadcastChannel | undefined;
  private readonly memory = new Map<string, KeptNotebook & { id: string }>();
  private readonly database: Promise<IDBPDatabase<Schema> | undefined>;
  private elsewhere: ((id: string) => void) | undefined;

  constructor(name = "insitu-notebooks") {
    const opened = open(name);
    this.database = opened.catch(() => undefined);
    this.problem = opened.then(
      () => undefined,
      (error: Error) => `This browser keeps nothing here (${error.message}): export what you want to keep.`,
    );
    if (!("BroadcastChannel" in globalThis)) return;
    this.channel = new BroadcastChannel(name);
    this.channel.onmessage = ({ data }: MessageEvent<{ changed?: string }>) => {
      for (const listener of this.listeners) listener();
      if (data?.changed) this.elsewhere?.(data.changed);
    };
  }

  /** Told of notebooks that another tab has changed. */
  onChangedElsewhere(told: (id: string) => void): void {
    this.elsewhere = told;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** The newest first. */
  async list(): Promise<KeptSummary[]> {
    const database = await this.database;
    const all = database ? await database.getAll("notebooks") : [...this.memory.values()];
    return all
      .map(({ id, notebook: { title, cells }, origin, trusted, updated }) => ({
        id,
        title,
        cells: cells.length,
        origin,
        trusted,
        updated,
      }))
      .sort((a, b) => b.updated - a.updated);
  }

  async load(id: string): Promise<KeptNotebook | undefined> {
    const database = await this.database;
    return database ? database.get("notebooks", id) : this.memory.get(id);
  }

  /** @throws Error where the browser has no room */
  async save(
    notebook: Notebook,
    { origin, trusted, hosts }: Pick<KeptNotebook, "origin" | "trusted" | "hosts">,
  ): Promise<void> {
    const entry = { id: notebook.id, notebook, origin, trusted, hosts, updated: Date.now() };
    const database = await this.database;
    if (database) await database.put("notebooks", entry);
    else this.memory.set(notebook.id, entry);
    this.tell(notebook.id);
  }

  async rename(id: string, title: string): Promise<void> {
    const kept = await this.load(id);
    if (kept) await this.save({ ...kept.notebook, title }, kept);
  }

  /** A copy of what is not trusted is not trusted either. Gives its id. */
  async duplicate(id: string): Promise<string | undefined> {
    const kept = await this.load(id);
    if (!kept) return undefined;
    const copy = { ...kept.notebook, id: newId(), title: `${kept.notebook.title} (copy)` };
    await this.save(copy, kept);
    return copy.id;
  }

  async remove(id: string): Promise<void> {
    const database = await this.database;
    if (database) await database.delete("notebooks", id);
    else this.memory.delete(id);
    this.tell(id);
  }

  /** For tests: what is open stays open until then. */
  async close(): Promise<void> {
    this.channel?.close();
    (await this.database)?.close();
  }

  private tell(changed: string): void {
    this.channel?.postMessage({ changed });
    for (const listener of this.listeners) listener();
  }
}

/** Where storage is refused, as to a frame without an origin, asking for it throws at once. */
async function open(name: string): Promise<IDBPDatabase<Schema>> {
  return openDB<Schema>(name, 1, {
    upgrade: (database) => void database.createObjectStore("notebooks", { keyPath: "id" }),
  });
}
