/** The editor proper. Only ever imported when a cell comes near the view, so that the page is there before it. */
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { javascript } from "@codemirror/lang-javascript";
import { markdown } from "@codemirror/lang-markdown";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { Compartment, EditorState, type Extension, Prec } from "@codemirror/state";
import { drawSelection, EditorView, keymap, lineNumbers, placeholder } from "@codemirror/view";
import { COLORS } from "./colors.ts";
import { markedLine, markLine } from "./errorLine.ts";
import type { LanguageService } from "./languageService.ts";
import { typescriptSupport } from "./typescriptSupport.ts";

export interface EditorOptions {
  readonly cellId: string;
  readonly kind: "code" | "markdown";
  readonly source: string;
  readonly label: string;
  readonly tabStop: boolean;
  readonly lineNumbers: boolean;
  /** Called anew each time, as it stands. */
  readonly on: () => EditorListeners;
  readonly service: LanguageService | undefined;
}

export interface EditorListeners {
  readonly onChange: (source: string) => void;
  readonly onFocus?: (() => void) | undefined;
  readonly onEscape?: (() => void) | undefined;
  /** The arrow keys led out of it. */
  readonly onLeave?: ((way: "up" | "down") => void) | undefined;
}

export class MountedEditor {
  readonly view: EditorView;
  private readonly numbers = new Compartment();
  private readonly attributes = new Compartment();
  private telling = true;

  constructor(parent: HTMLElement, options: EditorOptions) {
    const { cellId, kind, source, label, tabStop, lineNumbers, on, service } = options;
    this.view = new EditorView({
      parent,
      state: EditorState.create({
        doc: source,
        extensions: [
          // The browser's Escape for a list of completions comes first, the notebook's after it.
          keymap.of(completionKeymap),
          Prec.low(
            keymap.of([
              { key: "Escape", run: () => called(on().onEscape) },
              { key: "ArrowUp", run: (view) => this.leaves(view, "up") && called(() => on().onLeave?.("up")) },
              { key: "ArrowDown", run: (view) => this.leaves(view, "down") && called(() => on().onLeave?.("down")) },
            ]),
          ),
          history(),
          drawSelection(),
          indentOnInput(),
          bracketMatching(),
          closeBrackets(),
          indentUnit.of("  "),
          syntaxHighlighting(COLORS),
          markedLine,
          this.numbers.of(numbered(lineNumbers)),
          this.attributes.of(attributes(label, tabStop)),
          kind === "code"
            ? [
                javascript({ typescript: true }),
                service ? typescriptSupport(cellId, service) : autocompletion(),
                placeholder("// TypeScript"),
              ]
            : [markdown(), EditorView.lineWrapping, placeholder("Text, in Markdown")],
          keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, indentWithTab]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged && this.telling) on().onChange(update.state.doc.toString());
            if (update.focusChanged && update.view.hasFocus) {
              on().onFocus?.();
            }
          }),
        ],
      }),
    });
  }

  set(source: string): void {
    const { doc } = this.view.state;
    if (source === doc.toString()) return;
    this.telling = false;
    this.view.dispatch({ changes: { from: 0, to: doc.length, insert: source } });
    this.telling = true;
  }

  configure({ label, tabStop, lineNumbers }: Pick<EditorOptions, "label" | "tabStop" | "lineNumbers">): void {
    this.view.dispatch({
      effects: [
        this.numbers.reconfigure(numbered(lineNumbers)),
        this.attributes.reconfigure(attributes(label, tabStop)),
      ],
    });
  }

  /** Marks a line, counted from 1; none with undefined. */
  mark(line: number | undefined): void {
    this.view.dispatch({ effects: markLine.of(line) });
  }

  focus(at?: "start" | "end" | number): void {
    const { length } = this.view.state.doc;
    const place = at === "start" ? 0 : at === "end" ? length : at;
    if (place !== undefined)
      this.view.dispatch({ selection: { anchor: Math.min(place, length) }, scrollIntoView: true });
    this.view.focus();
  }

  cursor(): number {
    return this.view.state.selection.main.head;
  }

  insert(text: string): void {
    this.view.dispatch(this.view.state.replaceSelection(text));
  }

  destroy(): void {
    this.view.destroy();
  }

  private leaves({ state }: EditorView, way: "up" | "down"): boolean {
    const { main, ranges } = state.selection;
    if (ranges.length > 1 || !main.empty) return false;
    const { number } = state.doc.lineAt(main.head);
    return number === (way === "up" ? 1 : state.doc.lines);
  }
}

function called(listener: (() => void) | undefined): boolean {
  listener?.();
  return listener !== undefined;
}

const numbered = (shown: boolean): Extension => (shown ? lineNumbers() : []);

const attributes = (label: string, tabStop: boolean): Extension =>
  EditorView.contentAttributes.of({ "aria-label": label, tabindex: tabStop ? "0" : "-1" });
