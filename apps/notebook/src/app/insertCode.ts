/** Code of a tree or a picture goes where the reader writes; without such a place, into a new cell. */
import type { NotebookView } from "../cells/notebookView.ts";

export function insertCode(view: NotebookView, code: string): void {
  const cell = view.active();
  const handle = cell?.kind === "code" ? view.handles.get(cell.id) : undefined;
  if (handle) handle.insert(code);
  else view.choose(view.session.insert(view.indexOf(cell?.id) + 1, "code", code), { mode: "edit", at: "end" });
}
