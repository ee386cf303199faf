/**
 * Everything that can be done with the notebook, in one table: keys, menus, the help and the palette are made of it. The
 * keys are Jupyter's.
 */
import {
  copyChosen,
  insertAt,
  merge,
  moveChosen,
  paste,
  placeOf,
  removeChosen,
  runAndGoOn,
  runAndInsert,
  runInPlace,
  setHeading,
  setKind,
  splitAtCursor,
  step,
  toggleOutputs,
  undo,
} from "./cellActions.ts";
import { type Keys, keysInWords } from "./keys.ts";
import type { NotebookView } from "./notebookView.ts";

export type DialogName = "help" | "palette" | "share" | "network" | "restart";

/** What commands ask of the page around the cells. */
export interface PageActions {
  open(dialog: DialogName): void;
  save(): void;
  toggleLineNumbers(): void;
  togglePanel(): void;
  exportAs(format: "insitu" | "ipynb"): void;
  importFile(): void;
  newNotebook(): void;
  startTour(): void;
  /** False, and said to the reader, while the notebook may not run. */
  mayRun(): boolean;
}

export interface CommandContext {
  readonly view: NotebookView;
  readonly page: PageActions;
}

export interface Command {
  readonly id: string;
  readonly label: string;
  readonly group: "Run" | "Cells" | "Move about" | "Notebook";
  readonly keys: readonly Keys[];
  run(context: CommandContext): void;
}

const inCommand = (...chords: string[]): Keys[] => chords.map((chord) => ({ chords: chord, mode: "command" }));
const always = (...chords: string[]): Keys[] => chords.map((chord) => ({ chords: chord }));

type Row = [id: string, label: string, keys: readonly Keys[], run: (context: CommandContext) => void];
const group = (name: Command["group"], rows: readonly Row[]): Command[] =>
  rows.map(([id, label, keys, run]) => ({ id, label, group: name, keys, run }));

/** Markdown cells need no leave: only code is held back. */
function ifAllowed(act: (context: CommandContext) => void): (context: CommandContext) => void {
  return (context) => {
    const texts = context.view.chosen().every((cell) => cell.kind === "markdown");
    if (texts || context.page.mayRun()) act(context);
  };
}

const running = group("Run", [
  ["run", "Run and go on", always("Shift-Enter"), ifAllowed(({ view }) => runAndGoOn(view))],
  ["runHere", "Run in place", always("Mod-Enter"), ifAllowed(({ view }) => runInPlace(view))],
  ["runInsert", "Run and insert below", always("Alt-Enter"), ifAllowed(({ view }) => runAndInsert(view))],
  ["runAll", "Run all", always("Mod-Shift-Enter"), ({ view, page }) => void (page.mayRun() && view.session.runAll())],
  ["runAbove", "Run all above", [], ({ view, page }) => onActive(view, page, (id) => view.session.runAbove(id))],
  [
    "runBelow",
    "Run this and all below",
    [],
    ({ view, page }) => onActive(view, page, (id) => view.session.runBelow(id)),
  ],
  ["interrupt", "Interrupt", inCommand("i i"), ({ view }) => view.session.interrupt()],
  ["restart", "Restart…", inCommand("0 0"), ({ page }) => page.open("restart")],
  ["clearOutputs", "Clear all outputs", [], ({ view }) => view.session.clearOutputs()],
]);

function onActive(view: NotebookView, page: PageActions, act: (id: string) => void): void {
  const { active } = view.getState();
  if (active !== undefined && page.mayRun()) act(active);
}

const editing = group("Cells", [
  ["edit", "Edit the cell", inCommand("Enter"), ({ view }) => view.choose(view.getState().active, { mode: "edit" })],
  [
    "leave",
    "Leave the editor",
    [{ chords: "Escape", mode: "edit" }],
    ({ view }) => view.choose(view.getState().active),
  ],
  ["insertAbove", "Insert above", inCommand("a"), ({ view }) => insertAt(view, placeOf(view, "above"))],
  ["insertBelow", "Insert below", inCommand("b"), ({ view }) => insertAt(view, placeOf(view, "below"))],
  [
    "cut",
    "Cut",
    inCommand("x"),
    ({ view }) => {
      copyChosen(view);
      removeChosen(view);
    },
  ],
  ["copy", "Copy", inCommand("c"), ({ view }) => copyChosen(view)],
  ["paste", "Paste below", inCommand("v"), ({ view }) => paste(view)],
  ["pasteAbove", "Paste above", inCommand("Shift-v"), ({ view }) => paste(view, "above")],
  ["delete", "Delete", inCommand("d d"), ({ view }) => removeChosen(view)],
  ["undo", "Undo the last change of cells", inCommand("z"), ({ view }) => undo(view)],
  ["toCode", "Make it code", inCommand("y"), ({ view }) => setKind(view, "code")],
  ["toMarkdown", "Make it text", inCommand("m"), ({ view }) => setKind(view, "markdown")],
  ...[1, 2, 3, 4, 5, 6].map(
    (level): Row => [
      `heading${level}`,
      `Make it a heading ${level}`,
      inCommand(`${level}`),
      ({ view }) => setHeading(view, level),
    ],
  ),
  ["merge", "Merge the chosen, or with the one below", inCommand("Shift-m"), ({ view }) => merge(view)],
  ["split", "Split at the cursor", always("Mod-Shift--"), ({ view }) => splitAtCursor(view)],
  ["moveUp", "Move up", inCommand("Mod-Shift-ArrowUp"), ({ view }) => moveChosen(view, -1)],
  ["moveDown", "Move down", inCommand("Mod-Shift-ArrowDown"), ({ view }) => moveChosen(view, 1)],
  ["toggleOutput", "Fold or unfold the output", inCommand("o"), ({ view }) => toggleOutputs(view)],
  ["foldAll", "Fold or unfold all outputs", inCommand("Shift-o"), ({ view }) => toggleOutputs(view, view.cells())],
]);

const moving = group("Move about", [
  ["up", "The cell above", inCommand("ArrowUp", "k"), ({ view }) => step(view, -1)],
  ["down", "The cell below", inCommand("ArrowDown", "j"), ({ view }) => step(view, 1)],
  ["extendUp", "Choose the one above too", inCommand("Shift-ArrowUp", "Shift-k"), ({ view }) => step(view, -1, true)],
  [
    "extendDown",
    "Choose the one below too",
    inCommand("Shift-ArrowDown", "Shift-j"),
    ({ view }) => step(view, 1, true),
  ],
  ["first", "The first cell", inCommand("Mod-Home"), ({ view }) => view.choose(view.cells()[0]?.id)],
  ["last", "The last cell", inCommand("Mod-End"), ({ view }) => view.choose(view.cells().at(-1)?.id)],
  ["pageDown", "Scroll down", inCommand("Space"), () => scrollPage(1)],
  ["pageUp", "Scroll up", inCommand("Shift-Space"), () => scrollPage(-1)],
]);

const scrollPage = (way: 1 | -1): void => window.scrollBy({ top: way * window.innerHeight * 0.8 });

const notebook = group("Notebook", [
  ["save", "Save (it saves itself too)", [...always("Mod-s"), ...inCommand("s")], ({ page }) => page.save()],
  ["palette", "All commands…", [...always("Mod-Shift-p"), ...inCommand("p")], ({ page }) => page.open("palette")],
  ["help", "Keys and help", inCommand("h"), ({ page }) => page.open("help")],
  ["lineNumbers", "Line numbers on or off", inCommand("l", "Shift-l"), ({ page }) => page.toggleLineNumbers()],
  ["panel", "Side panel open or shut", always("Mod-b"), ({ page }) => page.togglePanel()],
  ["share", "Share by a link…", [], ({ page }) => page.open("share")],
  ["exportInsitu", "Download as .insitu.md", [], ({ page }) => page.exportAs("insitu")],
  ["exportIpynb", "Download as .ipynb", [], ({ page }) => page.exportAs("ipynb")],
  ["import", "Open a file…", [], ({ page }) => page.importFile()],
  ["new", "New notebook", [], ({ page }) => page.newNotebook()],
  ["network", "What code may reach…", [], ({ page }) => page.open("network")],
  ["tour", "Show me around", [], ({ page }) => page.startTour()],
]);

export const COMMANDS: readonly Command[] = [...running, ...editing, ...moving, ...notebook];

export function commandNamed(id: string): Command {
  const command = COMMANDS.find((each) => each.id === id);
  if (!command) throw new TypeError(`There is no command "${id}".`);
  return command;
}

/** The first keys of a command, for menus and tooltips. */
export function hintOf(id: string): string | undefined {
  const keys = commandNamed(id).keys[0];
  return keys && keysInWords(keys.chords).join(" ");
}
