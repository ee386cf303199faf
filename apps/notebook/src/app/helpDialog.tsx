/** Keys, from the table of commands, and how cells run. */
import type { ReactNode } from "react";
import { COMMANDS, type Command } from "../cells/commands.ts";
import { keysInWords } from "../cells/keys.ts";
import { useNotebook } from "../cells/notebookContext.ts";
import { Dialog } from "./dialog.tsx";
import { ORDERED } from "./ordered.ts";

export function HelpDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { page } = useNotebook();
  return (
    <Dialog title="Keys and help" about={ORDERED} wide onClose={onClose}>
      <p>
        There are two modes. In the editor keys write; <kbd>Esc</kbd> leaves it, and the keys below work on the cell.{" "}
        <kbd>Enter</kbd> goes back in.
      </p>
      <div className="app-keys">
        {GROUPS.map((group) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {COMMANDS.filter((command) => command.group === group && command.keys.length > 0).map((command) => (
                <div key={command.id}>
                  <dt>{command.label}</dt>
                  <dd>
                    {command.keys.map(({ chords }) => (
                      <kbd key={chords}>{keysInWords(chords).join(" ")}</kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <p className="app-row">
        <button
          type="button"
          className="app-button"
          onClick={() => {
            onClose();
            page.startTour();
          }}
        >
          Show me around again
        </button>
      </p>
    </Dialog>
  );
}

const GROUPS: readonly Command["group"][] = ["Run", "Cells", "Move about", "Notebook"];
