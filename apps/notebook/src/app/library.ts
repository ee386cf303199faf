/** The notebooks kept in this browser, as the workspace and the panel ask for them. */
import type { Notebook } from "../notebook/notebook.ts";
import type { NotebookStore } from "../notebook/notebookStore.ts";
import type { Kept } from "../session/notebookSession.ts";
import type { Library } from "./workspace.ts";

/** `onSaved` is told of each notebook that is kept. */
export function libraryOf(store: NotebookStore, onSaved: (id: string) => void): Library {
  return {
    list: () => store.list(),
    subscribe: store.subscribe,
    load: async (id) => {
      const found = await store.load(id);
      return found && { notebook: found.notebook, kept: found };
    },
    save: async (notebook: Notebook, { origin, trusted, hosts }: Kept) => {
      await store.save(notebook, { origin, trusted, hosts });
      onSaved(notebook.id);
    },
    rename: (id, title) => store.rename(id, title),
    duplicate: (id) => store.duplicate(id),
    remove: (id) => store.remove(id),
  };
}
