/**
 * Keeps the built page whole in this browser, by the service worker that `pwa.mjs` makes, and learns of a newer version. That
 * waits until the reader asks for it: the parts of two versions are never mixed.
 */
import { Workbox } from "workbox-window";

export class Offline {
  private worker: Workbox | undefined;
  private newer: "waiting" | "in charge" | undefined;
  private taking = false;
  private readonly listeners = new Set<() => void>();

  /** Where there are no service workers, or this is no built page, nothing is kept and nothing said. */
  begin(): void {
    if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
    const worker = new Workbox(new URL("sw.js", document.baseURI).href);
    worker.addEventListener("waiting", () => this.learn("waiting"));
    worker.addEventListener("controlling", ({ isUpdate }) => {
      if (this.taking) location.reload();
      // Asked for in another tab.
      else if (isUpdate) this.learn("in charge");
    });
    // Refused, as in some private windows: the page works all the same.
    void worker.register().catch(() => undefined);
    this.worker = worker;
  }

  hasNewer = (): boolean => this.newer !== undefined;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Opens the newer version in the place of this page. */
  takeNewer(): void {
    this.taking = true;
    if (this.newer === "in charge") location.reload();
    else this.worker?.messageSkipWaiting();
  }

  private learn(newer: "waiting" | "in charge"): void {
    this.newer = newer;
    for (const listener of this.listeners) listener();
  }
}
