import type { Prediction, Predictions } from "./experiment.ts";
import { formatBytes, formatChange, formatPercent, tokenElement } from "./format.ts";

const ROWS = 10;

/**
 * A table of the most likely next tokens. Its bar is one length for what a token keeps of its
 * probability; what it gained is added in blue, what it lost is outlined in orange.
 */
export class TopTokens {
  private readonly body = document.createElement("tbody");
  private readonly note = document.createElement("p");

  constructor(
    private readonly root: HTMLElement,
    caption: string,
    private readonly withChange: boolean,
  ) {
    const table = document.createElement("table");
    table.createCaption().textContent = caption;
    const head = table.createTHead().insertRow();
    for (const [name, title] of this.columns()) {
      const cell = document.createElement("th");
      cell.scope = "col";
      cell.className = name;
      cell.textContent = title;
      // The bars say nothing that the numbers do not.
      if (name === "bar") cell.ariaHidden = "true";
      head.append(cell);
    }
    table.append(this.body);
    this.note.className = "note";
    root.classList.add("top-tokens");
    root.append(table, this.note);
    this.clear();
  }

  /** `scale` is the probability of a full bar: the same for tables that are compared. */
  show({ rows, saved, bytes, milliseconds }: Predictions, scale: number): void {
    this.body.replaceChildren(...rows.map((row) => this.row(row, scale)));
    const shapes = Object.entries(saved).map(([name, shape]) => `${name} [${shape.join(", ")}]`);
    this.note.textContent = `saved ${shapes.join(", ")} · ${formatBytes(bytes)} · ${milliseconds.toFixed(0)} ms`;
    this.busy = false;
  }

  /** Empty rows, as many as there will be, so that nothing moves when they fill. */
  clear(awaited = false): void {
    const rows = Array.from({ length: ROWS }, () => {
      const row = document.createElement("tr");
      row.className = awaited ? "awaited" : "";
      for (const [name] of this.columns()) row.insertCell().className = name;
      return row;
    });
    this.body.replaceChildren(...rows);
    this.note.textContent = "\u00a0";
    this.busy = false;
  }

  /** Whether what it shows is about to be replaced. */
  set busy(busy: boolean) {
    this.root.setAttribute("aria-busy", String(busy));
  }

  private columns(): [name: string, title: string][] {
    const columns: [string, string][] = [
      ["name", "Token"],
      ["bar", ""],
      ["number", "Probability"],
    ];
    return this.withChange ? [...columns, ["change", "Change"]] : columns;
  }

  private row(prediction: Prediction, scale: number): HTMLTableRowElement {
    const { token, probability, before } = prediction;
    const row = document.createElement("tr");
    const name = document.createElement("th");
    name.scope = "row";
    name.className = "name";
    name.append(tokenElement(token));
    name.setAttribute("aria-label", JSON.stringify(token));
    row.append(name);
    const bar = row.insertCell();
    bar.className = "bar";
    bar.ariaHidden = "true";
    bar.append(this.bar(prediction, scale));
    const number = row.insertCell();
    number.className = "number";
    number.textContent = formatPercent(probability);
    if (this.withChange) {
      const change = row.insertCell();
      const text = formatChange(probability - before);
      change.className = `change ${text.startsWith("+") ? "up" : text === "0" ? "same" : "down"}`;
      change.textContent = text;
    }
    return row;
  }

  private bar({ probability, before }: Prediction, scale: number): HTMLElement {
    const bar = document.createElement("div");
    const kept = this.withChange ? Math.min(probability, before) : probability;
    bar.append(part("kept", kept / scale));
    if (this.withChange && probability !== before) {
      bar.append(part(probability > before ? "gained" : "lost", Math.abs(probability - before) / scale));
    }
    return bar;
  }
}

function part(name: string, share: number): HTMLElement {
  const element = document.createElement("i");
  element.className = name;
  element.style.width = `${(share * 100).toFixed(2)}%`;
  return element;
}
