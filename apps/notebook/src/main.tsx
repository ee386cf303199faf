/** The page. */
import { StrictMode, useSyncExternalStore } from "react";
import { createRoot } from "react-dom/client";
import "./style/theme.css";
import { App } from "./app/app.tsx";
import type { Exits, KeptNotebook, PreferenceStore, Preferences } from "./app/appProps.ts";
import { type Library, Workspace } from "./app/workspace.ts";
import { sandboxScript } from "./kernel/scripts.ts";
import { ModelHost } from "./model/modelHost.ts";
import { newCell, newId } from "./notebook/notebook.ts";
import { type Kept, NotebookSession } from "./session/notebookSession.ts";
import { fontsReady } from "./style/fonts.ts";

const host = new ModelHost();
const library = keptWhileOpen();
const workspace = new Workspace({
  library,
  begin: (notebook, kept) =>
    new NotebookSession({ notebook, ...kept, host, scripts: sandboxScript, save: (...what) => library.save(...what) }),
  fromGallery: async (slug) => Promise.reject(new Error(`The gallery has no "${slug}".`)),
  fromFile: async (file) => Promise.reject(new Error(`${file.name} cannot be read yet.`)),
});
const exits: Exits = {
  download: async () => Promise.reject(new Error("Files cannot be written yet.")),
  link: async () => Promise.reject(new Error("Links cannot be made yet.")),
  save: async () => {},
};
const preferences = keptPreferences();

await workspace.open(
  {
    id: newId(),
    title: "A first trace",
    cells: [
      newCell("markdown", "A GPT-2 runs in this page. What does it say next?"),
      newCell("code", 'await topTokens(model, "The Eiffel Tower is in the city of", { k: 5 })'),
    ],
  },
  { origin: "gallery", trusted: true, hosts: [] },
);
void host.load(new URL("weights/tiny", document.baseURI).href).catch(() => {});
await fontsReady();
createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <Page />
  </StrictMode>,
);

function Page() {
  const session = useSyncExternalStore(workspace.onOpened, workspace.getSession);
  if (!session) return null;
  return (
    <App
      session={session}
      gallery={[]}
      shelf={workspace}
      openers={workspace}
      exits={exits}
      preferences={preferences}
      modelBar={null}
      moduleTree={() => null}
    />
  );
}

function keptWhileOpen(): Library {
  const all = new Map<string, { notebook: Parameters<Library["save"]>[0]; kept: Kept; updated: number }>();
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of listeners) listener();
  };
  return {
    list: async () =>
      [...all.values()].map(({ notebook: { id, title, cells }, kept, updated }): KeptNotebook => {
        return { id, title, updated, cells: cells.length, origin: kept.origin };
      }),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    load: async (id) => all.get(id),
    save: async (notebook, kept) => {
      all.set(notebook.id, { notebook, kept, updated: Date.now() });
      tell();
    },
    remove: async (id) => {
      all.delete(id);
      tell();
    },
  };
}

function keptPreferences(): PreferenceStore {
  let state: Preferences = { theme: "system", tourDone: false, lineNumbers: false, panelOpen: true };
  const listeners = new Set<() => void>();
  return {
    getState: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    set: (change) => {
      state = { ...state, ...change };
      for (const listener of listeners) listener();
    },
  };
}
