/** What of a tree is to be seen: what is open, or what was looked for. */
import { codeOf, type ModelTreeItem } from "./modelTreeItem.ts";

export interface ModelTreeRow {
  readonly item: ModelTreeItem;
  /** 1 for the model itself. */
  readonly level: number;
  /** Its place among its neighbours, from 1, and how many they are. */
  readonly position: number;
  readonly neighbours: number;
  /** Undefined where there is nothing to open. */
  readonly expanded: boolean | undefined;
  /** Whether it is what was looked for, and not only on the way there. */
  readonly found: boolean;
  readonly parent: string | undefined;
}

export interface VisibleRows {
  readonly rows: readonly ModelTreeRow[];
  /** How many a filter found, shown or not; 0 without one. */
  readonly found: number;
}

/** More rows than this are not drawn: who finds so many looks for something else. */
const MOST = 400;

/**
 * The rows of a tree in their order. With a filter: what holds all of its words in its path or class, where that with
 * which it begins does not; and what it stands in, open.
 */
export function visibleRows(tree: ModelTreeItem, expanded: ReadonlySet<string>, filter: string): VisibleRows {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  const visit = (item: ModelTreeItem, level: number, parent: ModelTreeItem | undefined, all: boolean): Branch => {
    const hit = !all && matches(item, words) && !(parent && matches(parent, words));
    if (hit) found++;
    const shown = all || hit;
    const open = expanded.has(item.id);
    const below = item.children.map((child) => visit(child, level + 1, item, shown && open));
    const kept = below.filter(({ rows }) => rows.length > 0);
    if (!shown && kept.length === 0) return { rows: [] };
    for (const [i, { rows }] of kept.entries()) rows[0] = { ...rows[0]!, position: i + 1, neighbours: kept.length };
    const row: ModelTreeRow = {
      item,
      level,
      position: 1,
      neighbours: 1,
      parent: parent?.id,
      found: words.length > 0 && hit,
      expanded: item.children.length === 0 ? undefined : kept.length > 0,
    };
    return { rows: [row, ...kept.flatMap(({ rows }) => rows)] };
  };
  const { rows } = visit(tree, 1, undefined, words.length === 0);
  return { rows: rows.slice(0, MOST), found };
}

interface Branch {
  rows: ModelTreeRow[];
}

function matches(item: ModelTreeItem, words: readonly string[]): boolean {
  const { id, kind, code, type } = item;
  const path = kind === "module" || kind === "list" ? `${codeOf(id)} ${id}` : `${code} ${id}`;
  const text = `${path} ${type ?? ""}`.toLowerCase();
  return words.every((word) => text.includes(word));
}
