import { EDITS, hasSecondPrompt } from "./edits.ts";
import { activation, target } from "./places.ts";
import type { Address, Settings } from "./settings.ts";

export interface CodeLine {
  text: string;
  /** Part of the edit: shown with the mark that the edited position carries. */
  edit: boolean;
}

/** The current experiment as a reader would write it: it runs as it stands. */
export function codeOf(settings: Settings, { model, backend }: Address): CodeLine[] {
  const options = backend === "auto" ? "" : `, { backend: ${JSON.stringify(backend)} }`;
  const plain = (text: string): CodeLine => ({ text, edit: false });
  const edit = (text: string): CodeLine => ({ text, edit: true });
  return [
    plain('import { LanguageModel } from "insitu";'),
    plain(`const model = await LanguageModel.load(${JSON.stringify(model)}${options});`),
    ...(hasSecondPrompt(settings) ? secondPrompt(settings).map(edit) : []),
    plain(`const after = await model.trace(${JSON.stringify(settings.prompt)}, () => {`),
    ...EDITS[settings.edit].code(target(settings).code, settings).map((line) => edit(`  ${line}`)),
    plain("  const { values, indices } = model.lm_head.output.at(0, -1).softmax().topk(10);"),
    plain("  return { values: values.save(), indices: indices.save() };"),
    plain("});"),
  ];
}

function secondPrompt(settings: Settings): string[] {
  return [
    `const there = await model.trace(${JSON.stringify(settings.towards)}, () =>`,
    `  ${activation(settings).code}.at(0, -1).save(),`,
    ");",
  ];
}

/** Shows the code and makes the button copy it. */
export class CodeView {
  private text = "";

  constructor(
    private readonly code: HTMLElement,
    button: HTMLButtonElement,
  ) {
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(this.text);
        button.textContent = "Copied";
      } catch {
        // No permission: what is selected can still be copied by hand.
        getSelection()?.selectAllChildren(code);
        button.textContent = "Selected";
      }
      setTimeout(() => {
        button.textContent = "Copy";
      }, 1500);
    });
  }

  show(lines: readonly CodeLine[]): void {
    this.text = `${lines.map(({ text }) => text).join("\n")}\n`;
    this.code.replaceChildren(
      ...lines.map(({ text, edit }) => {
        const line = document.createElement(edit ? "mark" : "span");
        line.className = "line";
        line.textContent = `${text}\n`;
        return line;
      }),
    );
  }
}
