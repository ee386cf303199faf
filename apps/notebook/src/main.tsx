/** The page. */
import "./style/theme.css";
import { sandboxScript } from "./kernel/scripts.ts";
import { ModelHost } from "./model/modelHost.ts";
import { newCell, newId } from "./notebook/notebook.ts";
import { NotebookSession } from "./session/notebookSession.ts";

const host = new ModelHost();
const session = new NotebookSession({
  notebook: { id: newId(), title: "t", cells: [newCell()] },
  origin: "new",
  trusted: true,
  hosts: [],
  host,
  scripts: sandboxScript,
  save: async () => {},
});
Object.assign(window, { host, session });
