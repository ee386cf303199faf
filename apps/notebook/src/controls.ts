import { EDITS } from "./edits.ts";
import { tokenElement } from "./format.ts";
import { type Problem, showProblem } from "./problem.ts";
import type { EditName, Field, Parameter, Settings, Site } from "./settings.ts";

/** What of a model the controls depend on. */
export interface ModelSize {
  layers: number;
  heads: number;
  maxTokens: number;
}

/** The form: what is chosen in it, and what is shown of it. */
export class Controls {
  private shownTokens: string | undefined;

  constructor(
    private readonly form: HTMLFormElement,
    prompt: string,
  ) {
    this.input("prompt").value = prompt;
    const edits = Object.entries(EDITS) as [EditName, (typeof EDITS)[EditName]][];
    element("edits").replaceChildren(
      ...edits.map(([name, { label, purpose }]) => {
        const option = radio("edit", name, label, name === "steer");
        const small = document.createElement("small");
        small.textContent = purpose;
        option.querySelector("span")?.append(small);
        return option;
      }),
    );
    this.adapt();
  }

  /** Called with every change; `now` where the reader pressed Enter. */
  onChange(changed: (now: boolean) => void): void {
    this.form.addEventListener("input", () => {
      this.adapt();
      changed(false);
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      changed(true);
    });
    this.input("prompt").addEventListener("keydown", (event) => {
      const { key, shiftKey, isComposing } = event as KeyboardEvent;
      if (key !== "Enter" || shiftKey || isComposing) return;
      event.preventDefault();
      this.form.requestSubmit();
    });
  }

  read(): Settings {
    const data = new FormData(this.form);
    const text = (name: string): string => String(data.get(name) ?? "");
    const layer = text("layer");
    const position = text("position");
    return {
      // A form's line ends are two characters by the standard; the model knows one.
      prompt: text("prompt").replaceAll("\r\n", "\n"),
      position: position === "all" ? "all" : Number(position || -1),
      layer: layer === "embedding" ? layer : Number(layer),
      site: (text("site") || "block") as Site,
      edit: text("edit") as EditName,
      factor: text("factor") === "" ? Number.NaN : Number(text("factor")),
      towards: text("towards"),
      strength: Number(text("strength")),
      head: Number(text("head")),
    };
  }

  /** Offers the layers and heads that the model has; the middle layer is where most is to be seen. */
  setModel({ layers, heads }: ModelSize): void {
    const chosen = String(new FormData(this.form).get("layer") ?? Math.floor(layers / 2));
    const names = ["embedding", ...Array.from({ length: layers }, (_, i) => String(i))];
    element("layers").replaceChildren(...names.map((name) => radio("layer", name, name, name === chosen)));
    element("head").replaceChildren(...Array.from({ length: heads }, (_, i) => new Option(String(i), String(i))));
    this.adapt();
  }

  /** Before there is a tokenizer: about as many chips as there will be, without words. */
  awaitTokens(): void {
    this.shownTokens = undefined;
    const words = [...this.read().prompt.split(/(?=\s\S)/), "every position"];
    element("positions").replaceChildren(
      ...words.map((word) => {
        const chip = document.createElement("span");
        chip.className = "awaited-chip";
        chip.setAttribute("aria-hidden", "true");
        chip.textContent = word;
        return chip;
      }),
    );
  }

  /** Shows the prompt's tokens to pick a position from. A position that is gone becomes the last. */
  setTokens(tokens: readonly string[], { maxTokens }: ModelSize): void {
    // Left alone where nothing changed: one of the chips may have the focus.
    const shown = JSON.stringify(tokens);
    if (shown === this.shownTokens) return;
    this.shownTokens = shown;
    const { position } = this.read();
    const picked = position === "all" || position < tokens.length - 1 ? position : -1;
    const chips = tokens.map((token, i) => {
      const value = i === tokens.length - 1 ? -1 : i;
      const chip = radio("position", String(value), "", value === picked);
      chip.querySelector("input")?.setAttribute("aria-label", `${i}: ${JSON.stringify(token)}`);
      chip.querySelector("span")?.append(tokenElement(token));
      return chip;
    });
    if (tokens.length > 0) chips.push(radio("position", "all", "every position", picked === "all"));
    element("positions").replaceChildren(...chips);
    const count = element("token-count");
    count.textContent = `${tokens.length} of at most ${maxTokens} tokens`;
    count.classList.toggle("over", tokens.length > maxTokens);
  }

  /** Shows a problem by its field; `undefined` clears them all. */
  showProblem(field: Field | undefined, problem?: Problem): void {
    for (const name of ["prompt", "towards", "edit"] as const) {
      showProblem(element(`${name}-problem`), name === field ? problem : undefined);
      if (name !== "edit") this.input(name).setAttribute("aria-invalid", String(name === field));
    }
  }

  /** Shows what the chosen edit uses, and lets nothing be chosen that does not go together. */
  private adapt(): void {
    const { edit, layer, strength } = this.read();
    const uses = EDITS[edit].uses;
    for (const field of this.form.querySelectorAll<HTMLElement>("[data-parameter]")) {
      field.hidden = !uses.includes(field.dataset["parameter"] as Parameter);
    }
    element("strength-value").textContent = `× ${strength}`;
    this.input("strength").setAttribute("aria-valuetext", `times ${strength}`);
    (element("site") as HTMLFieldSetElement).disabled = edit === "head" || layer === "embedding";
    this.disable("edit", "head", layer === "embedding");
    this.disable("layer", "embedding", edit === "head");
  }

  private disable(name: string, value: string, disabled: boolean): void {
    const input = this.form.querySelector<HTMLInputElement>(`input[name="${name}"][value="${value}"]`);
    if (input) input.disabled = disabled;
  }

  private input(name: string): HTMLInputElement | HTMLTextAreaElement {
    return this.form.elements.namedItem(name) as HTMLInputElement;
  }
}

/** The page's element of this id. */
export function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no #${id}.`);
  return found;
}

function radio(name: string, value: string, text: string, checked: boolean): HTMLLabelElement {
  const label = document.createElement("label");
  const input = Object.assign(document.createElement("input"), { type: "radio", name, value, checked });
  const face = document.createElement("span");
  label.className = "pick";
  face.className = "face";
  face.textContent = text;
  label.append(input, face);
  return label;
}
