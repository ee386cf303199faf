/** What can be done with one cell, by pointer. */
import { ArrowDown, ArrowUp, Code, EllipsisVertical, Pilcrow, Trash2 } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import type { ReactNode } from "react";
import type { Cell } from "../notebook/notebook.ts";
import { commandNamed, hintOf } from "./commands.ts";
import { useNotebook } from "./notebookContext.ts";
import "./cellToolbar.css";

export function CellToolbar({ cell, name }: { cell: Cell; name: string }): ReactNode {
  const other = cell.kind === "code" ? "toMarkdown" : "toCode";
  return (
    <div className="nb-tools" role="toolbar" aria-label={`${name}: what can be done`}>
      <Tool cell={cell} command="moveUp">
        <ArrowUp size={15} aria-hidden />
      </Tool>
      <Tool cell={cell} command="moveDown">
        <ArrowDown size={15} aria-hidden />
      </Tool>
      <Tool cell={cell} command={other}>
        {cell.kind === "code" ? <Pilcrow size={15} aria-hidden /> : <Code size={15} aria-hidden />}
      </Tool>
      <Tool cell={cell} command="delete">
        <Trash2 size={15} aria-hidden />
      </Tool>
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger className="nb-tool" aria-label="More" title="More">
          <EllipsisVertical size={15} aria-hidden />
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content
            className="nb-menu"
            align="end"
            sideOffset={4}
            onCloseAutoFocus={(event) => event.preventDefault()}
          >
            {MENU.map((row, place) =>
              row === "-" ? (
                // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes
                <DropdownMenu.Separator key={place} className="nb-menu-line" />
              ) : (
                <MenuRow key={row} cell={cell} command={row} />
              ),
            )}
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
    </div>
  );
}

const MENU = [
  "runHere",
  "runAbove",
  "runBelow",
  "-",
  "insertAbove",
  "insertBelow",
  "cut",
  "copy",
  "paste",
  "merge",
  "-",
  "toggleOutput",
];

function Tool({ cell, command: id, children }: { cell: Cell; command: string; children: ReactNode }): ReactNode {
  const act = useAct(cell, id);
  const { label } = commandNamed(id);
  const hint = hintOf(id);
  return (
    <button
      type="button"
      className="nb-tool"
      aria-label={label}
      title={hint ? `${label} (${hint})` : label}
      onClick={act}
    >
      {children}
    </button>
  );
}

function MenuRow({ cell, command: id }: { cell: Cell; command: string }): ReactNode {
  const act = useAct(cell, id);
  return (
    <DropdownMenu.Item className="nb-menu-item" onSelect={act}>
      {commandNamed(id).label}
      <kbd>{hintOf(id)}</kbd>
    </DropdownMenu.Item>
  );
}

/** On this cell, unless it is one of several that are chosen. */
function useAct(cell: Cell, id: string): () => void {
  const { view, perform } = useNotebook();
  return () => {
    if (!view.chosen().some((each) => each.id === cell.id)) view.choose(cell.id);
    perform(commandNamed(id));
  };
}
