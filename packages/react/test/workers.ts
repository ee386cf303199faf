/** Counts the page's workers: import it before anything starts one. */
import { LanguageModel } from "insitu";

export const workers = { started: 0, alive: 0, newest: undefined as Worker | undefined };

const Original = globalThis.Worker;

globalThis.Worker = class extends Original {
  constructor(...args: ConstructorParameters<typeof Worker>) {
    super(...args);
    workers.started++;
    workers.alive++;
    workers.newest = this;
  }

  override terminate(): void {
    workers.alive--;
    super.terminate();
  }
};

/** A model of one's own, to be disposed by the test. */
export const lm = () => LanguageModel.load("/weights/tiny", { backend: "cpu" });
