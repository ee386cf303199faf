/** The editor proper. Only ever imported when it is in view, so that no page loads CodeMirror for what nobody sees. */
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { javascript } from "@codemirror/lang-javascript";
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { Compartment, EditorState, type Extension, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, drawSelection, EditorView, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

export interface EditorOptions {
  code: string;
  label: string;
  readOnly: boolean;
  onChange: (code: string) => void;
  onRun: () => void;
}

export interface Editor {
  readonly view: EditorView;
  /** Replaces the text, unless it is that already. */
  setCode(code: string): void;
  setReadOnly(readOnly: boolean): void;
  /** Marks a line, counted from 1; none with undefined. */
  mark(line: number | undefined): void;
  /** Puts the cursor where it was in another field. */
  focus(from: number, to: number): void;
  destroy(): void;
}

/** An editor within `parent`, of a page or of a shadow root. */
export function mountEditor(parent: HTMLElement, { code, label, readOnly, onChange, onRun }: EditorOptions): Editor {
  const writable = new Compartment();
  let telling = true;
  const run = () => {
    onRun();
    return true;
  };
  const view = new EditorView({
    parent,
    root: parent.getRootNode() as Document | ShadowRoot,
    state: EditorState.create({
      doc: code,
      extensions: [
        lineNumbers(),
        history(),
        drawSelection(),
        indentOnInput(),
        bracketMatching(),
        indentUnit.of("  "),
        javascript({ typescript: true }),
        syntaxHighlighting(COLORS),
        // Said outright: tools that look for what scrolls and has no focus do not know that editable text has.
        EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
        // Tab goes on to the next control, as everywhere in a page; Ctrl+] indents.
        keymap.of([...["Ctrl-Enter", "Meta-Enter"].map((key) => ({ key, run })), ...defaultKeymap, ...historyKeymap]),
        marked,
        writable.of(writing(readOnly)),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && telling) onChange(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    view,
    setCode(next) {
      if (next === view.state.doc.toString()) return;
      telling = false;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } });
      telling = true;
    },
    setReadOnly: (readOnly) => view.dispatch({ effects: writable.reconfigure(writing(readOnly)) }),
    mark: (line) => view.dispatch({ effects: mark.of(line) }),
    focus(from, to) {
      const { length } = view.state.doc;
      view.dispatch({ selection: { anchor: Math.min(from, length), head: Math.min(to, length) } });
      view.focus();
    },
    destroy: () => view.destroy(),
  };
}

/** A reader still gets to what cannot be written, and copies it. */
const writing = (readOnly: boolean): Extension => [
  EditorState.readOnly.of(readOnly),
  EditorView.contentAttributes.of({ "aria-readonly": String(readOnly) }),
];

const mark = StateEffect.define<number | undefined>();

const wrong = Decoration.line({ class: "insitu-code-wrong" });

/** The line that an error is about; it moves with its text. */
const marked = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(lines, { state, changes, effects }) {
    for (const effect of effects) {
      if (!effect.is(mark)) continue;
      const line = effect.value;
      if (line === undefined || line < 1 || line > state.doc.lines) return Decoration.none;
      return Decoration.set(wrong.range(state.doc.line(line).from));
    }
    return lines.map(changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Few colours; which, the component's style sheet says. */
const COLORS = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier, tags.self], color: "var(--own-code-keyword)" },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: "var(--own-code-string)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--own-code-number)" },
  { tag: tags.comment, color: "var(--own-muted)", fontStyle: "italic" },
  { tag: [tags.typeName, tags.className], color: "var(--own-code-type)" },
]);
