import type { LoadProgress } from "insitu";

/** Where loading stands: a bar with words, of the height of what replaces it. */
export class ProgressView {
  readonly element = document.createElement("div");
  private readonly text = document.createElement("label");
  private readonly bar = document.createElement("progress");

  constructor() {
    this.element.className = "progress";
    this.bar.id = "load-progress";
    this.text.htmlFor = this.bar.id;
    this.text.textContent = "Starting";
    this.element.append(this.text, this.bar);
  }

  show({ phase, loadedBytes, totalBytes }: LoadProgress): void {
    this.text.textContent = describe(phase, loadedBytes, totalBytes);
    if (totalBytes > 0) {
      this.bar.max = totalBytes;
      this.bar.value = loadedBytes;
    } else if (phase === "ready") {
      this.bar.value = this.bar.max;
    } else {
      // Without a value the bar says that something goes on, not how far it is.
      this.bar.removeAttribute("value");
    }
  }
}

function describe(phase: LoadProgress["phase"], loaded: number, total: number): string {
  const mb = (bytes: number) => (bytes / 1e6).toFixed(1);
  switch (phase) {
    case "download":
    case "verify":
      return total > 0 ? `Loading: weights ${mb(loaded)} of ${mb(total)} MB` : `Loading: weights ${mb(loaded)} MB`;
    case "ready":
      return "Ready";
    default:
      return `Loading: ${phase}`;
  }
}
