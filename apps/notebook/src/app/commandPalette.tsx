/** Every command by its name: type, arrow keys, Enter. */
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { COMMANDS, type Command } from "../cells/commands.ts";
import { keysInWords } from "../cells/keys.ts";
import { useNotebook } from "../cells/notebookContext.ts";
import { Dialog } from "./dialog.tsx";

export function CommandPalette({ onClose }: { onClose: () => void }): ReactNode {
  const { perform } = useNotebook();
  const [text, setText] = useState("");
  const [place, setPlace] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const found = matching(text);
  const chosen = found[Math.min(place, found.length - 1)];
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever another one is chosen
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  const act = (command: Command | undefined) => {
    if (!command) return;
    // Closed first: what it does may open another dialog, or move the focus.
    onClose();
    perform(command);
  };
  const press = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) setPlace((Math.min(place, found.length - 1) + by + found.length) % Math.max(1, found.length));
    else if (event.key === "Enter") act(chosen);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title="All commands" onClose={onClose}>
      <input
        className="app-input"
        data-first
        role="combobox"
        aria-label="Command"
        aria-expanded="true"
        aria-controls="commands"
        aria-activedescendant={chosen && `command-${chosen.id}`}
        placeholder="What is to be done?"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setPlace(0);
        }}
        onKeyDown={press}
      />
      <div className="app-commands" id="commands" role="listbox" aria-label="Commands" ref={list}>
        {found.map((command) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys
          <div
            key={command.id}
            id={`command-${command.id}`}
            role="option"
            tabIndex={-1}
            aria-selected={command === chosen}
            onClick={() => act(command)}
          >
            <span>{command.label}</span>
            <span className="app-muted">{command.group}</span>
            <kbd>{command.keys[0] && keysInWords(command.keys[0].chords).join(" ")}</kbd>
          </div>
        ))}
      </div>
      {found.length === 0 && <p className="app-none">No command is called that.</p>}
    </Dialog>
  );
}

/** Each word has to be found; those that begin with what was typed come first. */
function matching(text: string): readonly Command[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = COMMANDS.filter(({ label, group, id }) => {
    const all = `${label} ${group} ${id}`.toLowerCase();
    return id !== "palette" && words.every((word) => all.includes(word));
  });
  const first = words[0];
  if (!first) return found;
  return [...found].sort(
    (a, b) => Number(b.label.toLowerCase().startsWith(first)) - Number(a.label.toLowerCase().startsWith(first)),
  );
}
