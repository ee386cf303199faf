import type { LoadProgress } from "@insitu/program";
import { describeProgress } from "./progressText.ts";

/** Where there is no page, the class can be named all the same. */
const Base = (globalThis.HTMLElement ?? class {}) as typeof HTMLElement;

/**
 * `<insitu-progress>`: a line of text and a bar, of a height that never changes. Give it what `onProgress` is
 * given:
 *
 *     load(id, { onProgress: (progress) => element.show(progress) })
 *
 * Its colours are CSS variables, `--insitu-track` and `--insitu-accent`; `::part(text)` and `::part(bar)` are
 * for the rest.
 */
export class ProgressElement extends Base {
  private readonly text = document.createElement("label");
  private readonly bar = document.createElement("progress");

  constructor() {
    super();
    const { text, bar } = this;
    text.setAttribute("part", "text");
    bar.setAttribute("part", "bar");
    bar.id = "bar";
    text.htmlFor = bar.id;
    text.textContent = "Starting";
    const style = document.createElement("style");
    style.textContent = STYLE;
    this.attachShadow({ mode: "open" }).append(style, text, bar);
  }

  /** Shows how far it has got: of everything while weights come, of nothing known elsewhere. */
  show(progress: LoadProgress): void {
    const { phase, all, loadedBytes, totalBytes } = progress;
    this.text.textContent = describeProgress(progress);
    // Only the part of 1 that a LayersModel tells has no bytes.
    const { loadedBytes: done, totalBytes: of } = totalBytes === 1 ? { loadedBytes, totalBytes } : all;
    if (phase === "ready") this.bar.value = this.bar.max = 1;
    else if ((phase === "download" || phase === "verify") && of > 0) {
      this.bar.max = of;
      this.bar.value = done;
    } else {
      // Without a value the bar says that something goes on, not how far it is.
      this.bar.removeAttribute("value");
    }
  }
}

/** Makes the element known to the page, once; under another name, if the page has one of this. */
export function defineProgressElement(name = "insitu-progress"): void {
  if (!customElements.get(name)) customElements.define(name, ProgressElement);
}

/** In a narrow place the text has two lines, needed or not: what stands below it does not move. */
const STYLE = `
:host {
  display: block; container-type: inline-size;
  --own-track: var(--insitu-track, #8884); --own-accent: var(--insitu-accent, #0b6f66);
}
label {
  display: block; margin-bottom: 0.375em; font-variant-numeric: tabular-nums;
  white-space: nowrap; overflow: hidden; text-overflow: ellipsis;
}
@container (max-width: 32em) { label { white-space: normal; height: 2lh; } }
progress {
  appearance: none; display: block; width: 100%; height: 0.375rem; border: 0; border-radius: 1rem;
  overflow: hidden; background: var(--own-track);
}
progress::-webkit-progress-bar { background: var(--own-track); }
progress::-webkit-progress-value { background: var(--own-accent); }
progress::-moz-progress-bar { background: var(--own-accent); }
progress:indeterminate {
  background: linear-gradient(90deg, var(--own-track) 30%, var(--own-accent) 50%, var(--own-track) 70%) 0 0 / 200% 100%;
}
progress:indeterminate::-webkit-progress-bar { background: transparent; }
@keyframes sweep { from { background-position: 100% 0; } to { background-position: -100% 0; } }
@media (prefers-reduced-motion: no-preference) {
  progress:indeterminate { animation: sweep 1.4s linear infinite; }
}`;
