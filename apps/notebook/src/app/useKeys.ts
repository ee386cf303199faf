/** The keyboard: what is pressed is looked up in the table of commands. */
import { useEffect } from "react";
import { COMMANDS } from "../cells/commands.ts";
import { chordOf, KeyReader, type Mode } from "../cells/keys.ts";
import type { OpenNotebook } from "../cells/notebookContext.ts";

export function useKeys({ view, perform }: OpenNotebook): void {
  useEffect(() => {
    const reader = new KeyReader(COMMANDS);
    const press = (event: KeyboardEvent) => {
      if (event.isComposing || event.defaultPrevented || ["Shift", "Control", "Alt", "Meta"].includes(event.key))
        return;
      const place = placeOf(event.target as Element);
      if (!place) return;
      const chord = chordOf(event);
      // Escape has closed a list of completions first; the editor says when it is left.
      if (place === "edit" && chord === "Escape") return;
      if (place === "control" && chord === "Escape") {
        view.choose((event.target as Element).closest<HTMLElement>("[data-cell]")?.dataset["cell"]);
        return;
      }
      // Beside the cells a plain key is the control's own.
      if ((place === "control" || place === "outside") && !/^(Mod|Alt|Shift-Enter)/.test(chord)) return;
      if (place === "outside" && /Enter$/.test(chord) && chord !== "Mod-Shift-Enter") return;
      const found = reader.read(chord, place === "edit" ? "edit" : "command", performance.now());
      if (!found) return;
      event.preventDefault();
      event.stopPropagation();
      // A key held down moves on and on, and does everything else once.
      if (event.repeat && !(found !== "more" && found.group === "Move about")) return;
      if (found !== "more") perform(found);
    };
    // Before the editor, whose own Shift-Enter is a new line.
    document.addEventListener("keydown", press, true);
    return () => document.removeEventListener("keydown", press, true);
  }, [view, perform]);
}

/** `control`: a button or a picture within a cell. Undefined where keys are none of ours: a dialog, a search field. */
function placeOf(target: Element): Mode | "control" | "outside" | undefined {
  if (target.closest("[role=dialog], [role=alertdialog], [role=menu], .cm-panel")) return undefined;
  if (target === document.body || target.matches(".app-main")) return "command";
  const cell = target.closest(".nb-cell");
  if (!cell) return "outside";
  if (target === cell) return "command";
  return target.closest(".nb-code") && target.closest("textarea, [contenteditable]") ? "edit" : "control";
}
