/** `<ModelTree>`: the modules of the model and what can be read in them, and how that is written. */
import { type ReactNode, useEffect, useRef } from "react";
import { useModelWhen } from "../model/useModel.ts";
import { CodeLine } from "../shared/codeBlock.tsx";
import { formatCount } from "../shared/format.ts";
import { Frame, type FrameProps } from "../shared/frame.tsx";
import { runStatus } from "../shared/runStatus.ts";
import { useVisible } from "../shared/useVisible.ts";
import css from "./modelTree.css?inline";
import type { ModelTreeItem } from "./modelTreeItem.ts";
import { type ModelTreeHookOptions, useModelTree } from "./useModelTree.ts";
import type { ModelTreeRow } from "./visibleRows.ts";

export interface ModelTreeProps extends FrameProps, Omit<ModelTreeHookOptions, "enabled"> {}

/** The model's modules, blocks closed; what is selected is told with the code that reads it. */
export function ModelTree(props: ModelTreeProps): ReactNode {
  const { className, style, label = "Modules" } = props;
  const ref = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const visible = useVisible(ref);
  const model = useModelWhen(visible);
  const state = useModelTree({ ...props, enabled: visible });
  const { tree, rows, found, selected, active, filter, setFilter, select, activate, toggle, setActive, onKeyDown } =
    state;
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows may come and go around the one that keys have led to
  useEffect(() => {
    // Only where the reader is in the tree: a page does not lose its focus to it.
    if (!list.current?.contains(list.current.ownerDocument.activeElement)) return;
    list.current.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
  }, [active, rows]);
  return (
    <Frame
      name="model-tree"
      label={label}
      css={[css]}
      frameRef={ref}
      busy={model.status === "loading"}
      error={model.error}
      onRetry={model.status === "error" ? model.load : undefined}
      status={tree ? summary(tree, filter, found, rows.length) : runStatus(model, WAITING, "")}
      className={className}
      style={style}
    >
      <input
        type="search"
        className="insitu-tree-filter"
        aria-label="Filter modules"
        placeholder="Filter: attn, pattern, h[1] weight …"
        value={filter}
        disabled={!tree}
        onChange={({ target }) => setFilter(target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape" && filter !== "") setFilter("");
          else if (event.key === "ArrowDown") list.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
          else return;
          event.preventDefault();
        }}
      />
      <div className="insitu-tree-box">
        {tree && rows.length > 0 && (
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a tree is a list, as ARIA's own example has it
          <ul ref={list} className="insitu-tree" role="tree" aria-label={label} onKeyDown={onKeyDown}>
            {rows.map((row) => (
              <Row
                key={row.item.id}
                row={row}
                active={row.item.id === active}
                selected={row.item.id === selected?.id}
                onFocus={setActive}
                onSelect={select}
                onActivate={activate}
                onToggle={toggle}
              />
            ))}
          </ul>
        )}
        {tree && rows.length === 0 && <p className="insitu-tree-none">Nothing here is called that.</p>}
      </div>
      <CodeLine code={selected?.code} empty="Select a module to see how it is read." />
    </Frame>
  );
}

const WAITING = {
  status: "waiting",
  result: undefined,
  latest: undefined,
  partial: undefined,
  error: undefined,
  progress: undefined,
} as const;

function summary(tree: ModelTreeItem, filter: string, found: number, rows: number): string {
  if (filter.trim() !== "") return `${found} found${rows < found ? `, the first ${rows} rows shown` : ""}`;
  const transformer = tree.children.find(({ id }) => id === "transformer");
  const blocks = transformer?.children.find(({ kind }) => kind === "list")?.children.length;
  return `${tree.type}${blocks === undefined ? "" : `, ${blocks} blocks`}, ${formatCount(transformer?.parameters ?? tree.parameters)} parameters without lm_head`;
}

interface RowProps {
  row: ModelTreeRow;
  active: boolean;
  selected: boolean;
  onFocus: (id: string) => void;
  onSelect: (id: string) => void;
  onActivate: (id: string) => void;
  onToggle: (id: string) => void;
}

function Row({ row, active, selected, onFocus, onSelect, onActivate, onToggle }: RowProps): ReactNode {
  const { item, level, position, neighbours, expanded, found } = row;
  const { id, kind, name, type, shape, dormant, readonly } = item;
  const isModule = kind === "module" || kind === "list";
  return (
    // Keys are the tree's: one handler for all rows.
    // biome-ignore lint/a11y/useKeyWithClickEvents: as above
    <li
      role="treeitem"
      aria-level={level}
      aria-posinset={position}
      aria-setsize={neighbours}
      aria-expanded={expanded}
      aria-selected={selected}
      tabIndex={active ? 0 : -1}
      data-kind={kind}
      data-found={found}
      style={{ paddingInlineStart: `${(level - 1) * 1.125 + 0.375}em` }}
      onFocus={() => onFocus(id)}
      onClick={() => onSelect(id)}
      onDoubleClick={() => onActivate(id)}
    >
      {/* The keyboard has its arrows for this. */}
      <i
        aria-hidden="true"
        onClick={(event) => {
          if (expanded === undefined) return;
          event.stopPropagation();
          onToggle(id);
        }}
      >
        {expanded === undefined ? "" : "▸"}
      </i>
      <b>{name}</b>
      <span className="insitu-tree-type">
        {isModule ? (type ?? `list of ${item.children.length}`) : kind === "parameter" ? "parameter" : ""}
        {dormant && ", never run"}
        {readonly && !isModule && "read only"}
      </span>
      {shape && (
        <span className="insitu-tree-shape">
          [{shape.join(", ")}]{item.dtype !== "float32" && ` ${item.dtype}`}
        </span>
      )}
    </li>
  );
}
