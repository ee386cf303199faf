/** Long arithmetic on the main thread, in slices, so that the page stays awake. */
import { CancelledError } from "insitu";

/** How long may pass before the event loop has its turn, milliseconds: less than a frame. */
const SLICE = 12;

export class Pauses {
  private last = performance.now();

  constructor(private readonly signal: AbortSignal | undefined) {}

  /** Lets the event loop have its turn if it has been waiting. @throws CancelledError once the signal is aborted. */
  async due(): Promise<void> {
    if (performance.now() - this.last > SLICE) {
      await new Promise((resolve) => setTimeout(resolve));
      this.last = performance.now();
    }
    if (this.signal?.aborted) throw new CancelledError("The run was cancelled.", "Its signal was aborted.");
  }
}
