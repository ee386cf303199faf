/** `<ModelTree>` without its looks: the rows to be seen, and how keys lead through them. */
import { type KeyboardEvent, useDeferredValue, useMemo, useRef, useState } from "react";
import { useModelWhen } from "../model/useModel.ts";
import { useControlled } from "../shared/useControlled.ts";
import { type ModelTreeItem, modelTree } from "./modelTreeItem.ts";
import { type ModelTreeRow, visibleRows } from "./visibleRows.ts";

export interface ModelTreeHookOptions {
  /** Ids of what is open; the model, its transformer and its list of blocks at first. */
  expanded?: readonly string[] | undefined;
  defaultExpanded?: readonly string[] | undefined;
  onExpandedChange?: ((expanded: readonly string[]) => void) | undefined;
  /** The id of what is selected: `"transformer.h.3.attn"`, `"transformer.h.3.attn:source.pattern"`; null for nothing. */
  selected?: string | null | undefined;
  defaultSelected?: string | null | undefined;
  /** Told of what the reader selects; `item.code` reads it in a trace. */
  onSelect?: ((id: string, item: ModelTreeItem) => void) | undefined;
  /** Told of what the reader takes: by Enter or a double click, which select it too. */
  onActivate?: ((item: ModelTreeItem) => void) | undefined;
  /** What is looked for. */
  filter?: string | undefined;
  defaultFilter?: string | undefined;
  onFilterChange?: ((filter: string) => void) | undefined;
  /** While false no model is asked for. True unless given. */
  enabled?: boolean | undefined;
}

export interface ModelTreeState {
  /** Undefined before the model is there. */
  readonly tree: ModelTreeItem | undefined;
  readonly rows: readonly ModelTreeRow[];
  /** How many a filter found; 0 without one. */
  readonly found: number;
  readonly selected: ModelTreeItem | undefined;
  /** The id of the row that keys go from, the one that can be focused. */
  readonly active: string | undefined;
  readonly filter: string;
  readonly setFilter: (filter: string) => void;
  readonly select: (id: string) => void;
  readonly activate: (id: string) => void;
  readonly toggle: (id: string) => void;
  readonly setActive: (id: string) => void;
  /** Arrows, Home and End, Enter and the space bar, `*`, and the beginning of a name. */
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

/** Blocks are closed. */
const AT_FIRST: readonly string[] = ["", "transformer", "transformer.h"];

export function useModelTree(options: ModelTreeHookOptions = {}): ModelTreeState {
  const { model } = useModelWhen(options.enabled ?? true);
  const tree = useMemo(() => model && modelTree(model.spec), [model]);
  const [expanded, setExpanded] = useControlled<readonly string[]>(
    options.expanded,
    options.defaultExpanded ?? AT_FIRST,
    options.onExpandedChange,
  );
  const [selectedId, setSelected] = useControlled<string | null>(
    options.selected,
    options.defaultSelected ?? null,
    undefined,
  );
  const [filter, setFilter] = useControlled(options.filter, options.defaultFilter ?? "", options.onFilterChange);
  const deferred = useDeferredValue(filter);
  const open = useMemo(() => new Set(expanded), [expanded]);
  const { rows, found } = useMemo(
    () => (tree ? visibleRows(tree, open, deferred) : { rows: [], found: 0 }),
    [tree, open, deferred],
  );
  const items = useMemo(() => (tree ? byId(tree) : new Map<string, ModelTreeItem>()), [tree]);
  const selected = selectedId === null ? undefined : items.get(selectedId);

  const [wanted, setActive] = useState<string | undefined>(undefined);
  const isThere = (id: string | null | undefined) => rows.some(({ item }) => item.id === id);
  const active = isThere(wanted) ? wanted : isThere(selectedId) ? selectedId! : rows[0]?.item.id;
  const typed = useRef({ text: "", at: 0 });

  const setOpen = (ids: readonly string[], isOpen: boolean) => {
    const next = new Set(expanded);
    for (const id of ids) isOpen ? next.add(id) : next.delete(id);
    setExpanded([...next]);
  };
  const select = (id: string) => {
    const item = items.get(id);
    if (!item) return;
    setActive(id);
    setSelected(id);
    options.onSelect?.(id, item);
  };
  const activate = (id: string) => {
    const item = items.get(id);
    if (!item) return;
    if (id !== selectedId) select(id);
    options.onActivate?.(item);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const { key, altKey, ctrlKey, metaKey } = event;
    const at = rows.findIndex(({ item }) => item.id === active);
    const row = rows[at];
    if (!row || altKey || ctrlKey || metaKey) return;
    const { item, expanded: isOpen } = row;
    const go = (to: ModelTreeRow | undefined) => to && setActive(to.item.id);
    if (key === "ArrowDown") go(rows[at + 1]);
    else if (key === "ArrowUp") go(rows[at - 1]);
    else if (key === "Home") go(rows[0]);
    else if (key === "End") go(rows.at(-1));
    else if (key === "ArrowRight") {
      if (isOpen) go(rows[at + 1]);
      else if (isOpen === false) setOpen([item.id], true);
    } else if (key === "ArrowLeft") {
      if (isOpen && open.has(item.id)) setOpen([item.id], false);
      else if (row.parent !== undefined) setActive(row.parent);
    } else if (key === "Enter" && options.onActivate) activate(item.id);
    else if (key === "Enter" || (key === " " && typed.current.text === "")) select(item.id);
    else if (key === "*") {
      const beside = rows.filter(({ parent, expanded }) => parent === row.parent && expanded !== undefined);
      setOpen(
        beside.map(({ item }) => item.id),
        true,
      );
    } else if (key.length === 1) go(typeahead(rows, at, typed.current, key, event.timeStamp));
    else return;
    event.preventDefault();
  };
  return {
    tree,
    rows,
    found,
    selected,
    active,
    filter,
    setFilter,
    select,
    activate,
    toggle: (id) => {
      setActive(id);
      setOpen([id], !open.has(id));
    },
    setActive,
    onKeyDown,
  };
}

/** Milliseconds within which letters belong together. */
const TOGETHER = 700;

/** The next row whose name begins with what is typed; the same letter again leads on. */
function typeahead(
  rows: readonly ModelTreeRow[],
  at: number,
  typed: { text: string; at: number },
  key: string,
  now: number,
): ModelTreeRow | undefined {
  const before = now - typed.at < TOGETHER ? typed.text : "";
  const text = before === key ? key : before + key.toLowerCase();
  Object.assign(typed, { text, at: now });
  // A longer beginning may be that of the row where one is.
  const from = text.length > 1 ? at : at + 1;
  const order = [...rows.slice(from), ...rows.slice(0, from)];
  return order.find(({ item }) => item.name.toLowerCase().startsWith(text));
}

function byId(tree: ModelTreeItem): Map<string, ModelTreeItem> {
  const all = new Map<string, ModelTreeItem>();
  const visit = (item: ModelTreeItem): void => {
    all.set(item.id, item);
    for (const child of item.children) visit(child);
  };
  visit(tree);
  return all;
}
