/** Changes of a notebook's cells, each giving a list anew. */
import { type Cell, type CellKind, newCell } from "../notebook/notebook.ts";

export function inserted(cells: readonly Cell[], index: number, cell: Cell): Cell[] {
  const at = Math.max(0, Math.min(cells.length, index));
  return [...cells.slice(0, at), cell, ...cells.slice(at)];
}

export const removed = (cells: readonly Cell[], ids: readonly string[]): Cell[] =>
  cells.filter(({ id }) => !ids.includes(id));

export const changed = (cells: readonly Cell[], id: string, change: Partial<Pick<Cell, "kind" | "source">>): Cell[] =>
  cells.map((cell) => (cell.id === id ? { ...cell, ...change } : cell));

export function moved(cells: readonly Cell[], id: string, index: number): Cell[] {
  const cell = cells.find((cell) => cell.id === id);
  return cell ? inserted(removed(cells, [id]), index, cell) : [...cells];
}

/** In two at a place of its text, the line break there gone. */
export function split(cells: readonly Cell[], id: string, at: number): { cells: Cell[]; second: Cell } {
  const index = cells.findIndex((cell) => cell.id === id);
  const { kind, source } = cells[index] as Cell;
  const second = newCell(kind, source.slice(at).replace(/^\n/, ""));
  const first = changed(cells, id, { source: source.slice(0, at).replace(/\n$/, "") });
  return { cells: inserted(first, index + 1, second), second };
}

/** With the cell below it, of whose kind it does not become. */
export function merged(cells: readonly Cell[], id: string): Cell[] {
  const index = cells.findIndex((cell) => cell.id === id);
  const [cell, below] = [cells[index], cells[index + 1]];
  if (!cell || !below) return [...cells];
  const between = (kind: CellKind) => (kind === "markdown" ? "\n\n" : "\n");
  const source = [cell.source, below.source].filter((text) => text !== "").join(between(cell.kind));
  return removed(changed(cells, id, { source }), [below.id]);
}
