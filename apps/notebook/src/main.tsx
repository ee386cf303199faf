/** The page: its parts, put together. */
import type { Backend } from "insitu";
import { StrictMode, useSyncExternalStore } from "react";
import { createRoot } from "react-dom/client";
import "./style/theme.css";
import { App } from "./app/app.tsx";
import { exitsOf } from "./app/exits.ts";
import { libraryOf } from "./app/library.ts";
import { Offline } from "./app/offline.ts";
import { UpdateNotice } from "./app/updateNotice.tsx";
import { Workspace } from "./app/workspace.ts";
import { gallery } from "./gallery/gallery.ts";
import { pictureOf } from "./gallery/picture.ts";
import { sandboxScript } from "./kernel/scripts.ts";
import { ModelBar } from "./model/modelBar.tsx";
import { ModelHost } from "./model/modelHost.ts";
import { TINY } from "./model/modelName.ts";
import { ModuleTree } from "./model/moduleTree.tsx";
import { fromFile } from "./notebook/fileFormat.ts";
import { newId } from "./notebook/notebook.ts";
import { NotebookStore } from "./notebook/notebookStore.ts";
import { openAddress, openFile } from "./notebook/openNotebook.ts";
import { SettingsStore } from "./notebook/settings.ts";
import { NotebookSession } from "./session/notebookSession.ts";
import { fontsReady } from "./style/fonts.ts";

const FIRST = "first-trace";

const query = new URLSearchParams(location.search);
const settings = new SettingsStore();
// For pictures and tests: `?tour=no`.
if (query.get("tour") === "no") settings.set({ tourDone: true });

const models = new ModelHost();
const store = new NotebookStore();
const library = libraryOf(store, (id) => {
  if (!isOpen(id)) return;
  // What was changed is the reader's own by now, wherever it came from.
  setAddress(`#notebook/${id}`);
  settings.set({ last: id });
});
store.onChangedElsewhere((id) => {
  if (isOpen(id))
    workspace.getSession()?.notify("This notebook was changed in another tab. Reload to see it as it is there.");
});
const workspace = new Workspace({
  library,
  begin: (notebook, kept) =>
    new NotebookSession({ notebook, ...kept, host: models, scripts: sandboxScript, save: library.save }),
  fromGallery: async (slug) => {
    const found = gallery.find((one) => one.slug === slug) ?? gallery[0]!;
    return { ...fromFile(await found.load(), found.title), id: newId() };
  },
  fromFile: async (file) => (await openFile(file)).notebook,
});
const cards = gallery.map((notebook) => ({ ...notebook, picture: pictureOf(notebook.slug) }));
const exits = exitsOf(() => workspace.getSession()!);
const offline = new Offline();

// For the browser's console, and for tests.
Object.assign(window, {
  insitu: {
    models,
    get session() {
      return workspace.getSession();
    },
  },
});

void models.load(query.get("model") ?? TINY, { backend: (query.get("backend") ?? "auto") as Backend });
await Promise.all([openWhatIsAsked(), fontsReady()]);
addEventListener("hashchange", () => void openWhatIsAsked());
createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <Page />
  </StrictMode>,
);
offline.begin();
const notKept = await store.problem;
if (notKept) workspace.getSession()?.notify(notKept);

function Page() {
  const session = useSyncExternalStore(workspace.onOpened, workspace.getSession);
  if (!session) return null;
  return (
    <App
      session={session}
      gallery={cards}
      shelf={workspace}
      openers={workspace}
      exits={exits}
      preferences={settings}
      pageNotice={<UpdateNotice offline={offline} onReload={() => void reload()} />}
      modelBar={<ModelBar models={models} />}
      moduleTree={(onInsert) => <ModuleTree models={models} onInsert={onInsert} />}
    />
  );
}

/** Into the newer version: a notebook that cannot be kept says so, and stays open. */
async function reload(): Promise<void> {
  const saved = () => workspace.getSession()?.getState().saved;
  // One that is as it was opened is not made the reader's own.
  if (saved() !== "saved") await exits.save();
  if (saved() !== "failed") offline.takeNewer();
}

/** What the address names; else what was open last, or the first of the gallery. What cannot be opened says why. */
async function openWhatIsAsked(): Promise<void> {
  const { hash } = location;
  const last = settings.getState().last;
  try {
    const opened =
      (await openAddress(hash, { store, gallery: (slug) => gallery.find((one) => one.slug === slug)?.load() })) ??
      (last === undefined ? undefined : await store.load(last));
    if (opened && opened.notebook.id === workspace.getSession()?.getState().notebook.id) return;
    if (opened) await workspace.open(opened.notebook, opened);
    else await workspace.gallery(FIRST);
  } catch (error) {
    if (!workspace.getSession()) await workspace.gallery(FIRST);
    workspace.getSession()?.notify((error as Error).message);
  }
}

function isOpen(id: string): boolean {
  return workspace.getSession()?.getState().notebook.id === id;
}

function setAddress(hash: string): void {
  if (location.hash !== hash) history.replaceState(null, "", hash);
}
