/**
 * Keeps the built page whole in this browser, by the service worker that `pwa.mjs` makes, and learns of a newer version. That
 * waits until the reader asks for it: the parts of two versions are never mixed.
 */
import { Workbox } from "workbox-window";

const SCRIPT = new URL("sw.js", document.baseURI).href;

/** How long the version in charge is waited for to let go. */
const PATIENCE = 3000;

export class Offline {
  private worker: Workbox | undefined;
  private newer: "waiting" | "in charge" | undefined;
  private taking = false;
  private readonly listeners = new Set<() => void>();

  /** Where there are no service workers, or this is no built page, nothing is kept and nothing said. */
  begin(): void {
    if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
    const worker = new Workbox(SCRIPT);
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
    else {
      this.worker?.messageSkipWaiting();
      setTimeout(() => void this.insist(), PATIENCE);
    }
  }

  /**
   * Chromium at times leaves the older one in charge for minutes, though the newer one asked. Without any, the page comes
   * from the network: where there is one.
   */
  private async insist(): Promise<void> {
    const reached = await fetch(SCRIPT, { method: "HEAD", cache: "no-store" }).then(
      ({ ok }) => ok,
      () => false,
    );
    if (!reached) return;
    await (await navigator.serviceWorker.getRegistration())?.unregister();
    location.reload();
  }

  private learn(newer: "waiting" | "in charge"): void {
    this.newer = newer;
    for (const listener of this.listeners) listener();
  }
}
