/** The page. */
import { StrictMode, useSyncExternalStore } from "react";
import { createRoot } from "react-dom/client";
import "./style/theme.css";
import { App } from "./app/app.tsx";
import { exitsOf } from "./app/exits.ts";
import { Workspace } from "./app/workspace.ts";
import { gallery } from "./gallery/gallery.ts";
import { sandboxScript } from "./kernel/scripts.ts";
import { ModelBar } from "./model/modelBar.tsx";
import { ModelHost } from "./model/modelHost.ts";
import { ModuleTree } from "./model/moduleTree.tsx";
import { NotebookStore } from "./notebook/notebookStore.ts";
import { SettingsStore } from "./notebook/settings.ts";
import { NotebookSession } from "./session/notebookSession.ts";
import { fontsReady } from "./style/fonts.ts";

const host = new ModelHost();
const store = new NotebookStore();
const settings = new SettingsStore();
const workspace = new Workspace({
  store,
  gallery: (slug) => gallery.find((each) => each.slug === slug)?.load(),
  begin: (opened, save) => new NotebookSession({ ...opened, host, scripts: sandboxScript, save }),
  onKept: (id) => {
    settings.set({ last: id });
    history.replaceState(null, "", `#notebook/${id}`);
  },
  onAddress: (hash) => history.pushState(null, "", hash),
});
const exits = exitsOf(() => workspace.getSession()!.getState().notebook);

// The model that is there is loaded while the page is drawn.
void host.load(new URL("weights/tiny", document.baseURI).href).catch(() => {});
const failure = await openFirst();
await fontsReady();
createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <Page />
  </StrictMode>,
);
window.addEventListener("popstate", () => void workspace.address(location.hash).catch(() => {}));

function Page() {
  const session = useSyncExternalStore(workspace.onOpened, workspace.getSession);
  if (!session) return null;
  return (
    <App
      session={session}
      gallery={gallery}
      shelf={workspace}
      openers={workspace}
      exits={exits}
      preferences={settings}
      failure={failure}
      modelBar={<ModelBar models={host} />}
      moduleTree={(onInsert) => <ModuleTree models={host} onInsert={onInsert} />}
    />
  );
}

/** What the address says, or what was open last, or the gallery's first. Gives why the address could not be had. */
async function openFirst(): Promise<Error | undefined> {
  let failed: Error | undefined;
  try {
    if (await workspace.address(location.hash)) return undefined;
  } catch (error) {
    failed = error as Error;
  }
  const { last } = settings.getState();
  const found = last !== undefined && (await store.load(last).catch(() => undefined));
  await workspace.address(found ? `#notebook/${last}` : `#gallery/${gallery[0]!.slug}`);
  return failed;
}
