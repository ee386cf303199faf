/** The line that an error is about; it moves with its text. */
import { StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView } from "@codemirror/view";

/** Marks a line, counted from 1; none with undefined. */
export const markLine = StateEffect.define<number | undefined>();

const wrong = Decoration.line({ class: "ed-wrong" });

export const markedLine = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(lines, { state, changes, effects }) {
    for (const effect of effects) {
      if (!effect.is(markLine)) continue;
      const line = effect.value;
      if (line === undefined || line < 1 || line > state.doc.lines) return Decoration.none;
      return Decoration.set(wrong.range(state.doc.line(line).from));
    }
    return lines.map(changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});
