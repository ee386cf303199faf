/** What commands do to cells, and where the focus is afterwards. */
import type { Cell, CellKind } from "../notebook/notebook.ts";
import type { NotebookView } from "./notebookView.ts";

/** The chosen ones, or the given one. */
export function runCells(view: NotebookView, cells: readonly Cell[]): void {
  const texts = cells.filter((cell) => cell.kind === "markdown").map((cell) => cell.id);
  const code = cells.filter((cell) => cell.kind === "code").map((cell) => cell.id);
  if (texts.length) view.setOpen(texts, false);
  if (code.length) view.session.run(code);
}

export function runAndGoOn(view: NotebookView): void {
  const chosen = view.chosen();
  const last = chosen.at(-1);
  if (!last) return;
  runCells(view, chosen);
  const next = view.cells()[view.indexOf(last.id) + 1];
  if (next) view.choose(next.id);
  else view.choose(view.session.insert(view.cells().length, "code"), { mode: "edit" });
}

export function runInPlace(view: NotebookView): void {
  runCells(view, view.chosen());
  view.choose(view.getState().active);
}

export function runAndInsert(view: NotebookView): void {
  const last = view.chosen().at(-1);
  if (!last) return;
  runCells(view, view.chosen());
  insertAt(view, view.indexOf(last.id) + 1, "code", "edit");
}

export function insertAt(
  view: NotebookView,
  index: number,
  kind: CellKind = "code",
  mode: "command" | "edit" = "command",
): void {
  view.choose(view.session.insert(index, kind), { mode });
}

/** Where the next one goes: above what is chosen, or below it. */
export function placeOf(view: NotebookView, side: "above" | "below"): number {
  const chosen = view.chosen();
  const cell = side === "above" ? chosen[0] : chosen.at(-1);
  return cell ? view.indexOf(cell.id) + (side === "above" ? 0 : 1) : view.cells().length;
}

export function step(view: NotebookView, by: 1 | -1, extend = false): void {
  const next = view.cells()[view.indexOf(view.getState().active) + by];
  view.choose(next?.id ?? view.getState().active, { extend });
}

export function removeChosen(view: NotebookView): void {
  const chosen = view.chosen();
  const last = chosen.at(-1);
  if (!last) return;
  const next = view.cells()[view.indexOf(last.id) + 1] ?? view.cells()[view.indexOf(chosen[0]!.id) - 1];
  view.session.remove(chosen.map((cell) => cell.id));
  if (next) view.choose(next.id);
  else view.settle();
}

export function copyChosen(view: NotebookView): void {
  view.clipboard = view.chosen().map(({ kind, source }) => ({ kind, source }));
}

export function paste(view: NotebookView, side: "above" | "below" = "below"): void {
  let index = placeOf(view, side);
  let last: string | undefined;
  for (const { kind, source } of view.clipboard) last = view.session.insert(index++, kind, source);
  if (last) view.choose(last);
}

export function undo(view: NotebookView): void {
  const before = new Set(view.cells().map((cell) => cell.id));
  view.session.undo();
  const back = view.cells().find((cell) => !before.has(cell.id));
  if (back) view.choose(back.id);
  else {
    view.settle();
    view.choose(view.getState().active);
  }
}

export function setKind(view: NotebookView, kind: CellKind): void {
  for (const cell of view.chosen()) {
    view.session.setKind(cell.id, kind);
    if (kind === "markdown") view.setOpen([cell.id], true);
  }
  view.choose(view.getState().active);
}

export function setHeading(view: NotebookView, level: number): void {
  const cell = view.active();
  if (!cell) return;
  view.session.setKind(cell.id, "markdown");
  view.session.setSource(cell.id, `${"#".repeat(level)} ${cell.source.replace(/^#{1,6}\s+/, "")}`);
  view.setOpen([cell.id], true);
  view.choose(cell.id);
}

export function merge(view: NotebookView): void {
  const [first, ...others] = view.chosen();
  if (!first) return;
  for (let times = Math.max(1, others.length); times > 0; times -= 1) {
    if (view.indexOf(first.id) === view.cells().length - 1) break;
    view.session.mergeBelow(first.id);
  }
  view.choose(first.id);
}

export function splitAtCursor(view: NotebookView): void {
  const cell = view.active();
  const at = cell && view.handles.get(cell.id)?.cursor();
  if (!cell || at === undefined) return;
  view.choose(view.session.split(cell.id, at), { mode: "edit", at: "start" });
}

export function moveChosen(view: NotebookView, by: 1 | -1): void {
  const chosen = view.chosen();
  const end = by > 0 ? chosen.at(-1) : chosen[0];
  const to = end ? view.indexOf(end.id) + by : -1;
  if (to < 0 || to >= view.cells().length) return;
  // From the far end on, so that none is in the way of the next.
  for (const cell of by > 0 ? [...chosen].reverse() : chosen) view.session.move(cell.id, view.indexOf(cell.id) + by);
  view.choose(view.getState().active, { extend: chosen.length > 1 });
}

export function toggleOutputs(view: NotebookView, cells: readonly Cell[] = view.chosen()): void {
  const ids = cells.map((cell) => cell.id);
  view.fold(ids, !ids.every((id) => view.getState().folded.has(id)));
}
