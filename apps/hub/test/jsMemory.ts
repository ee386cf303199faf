/** How much memory JavaScript takes in a page and its workers, as Chromium counts it: heaps, and array buffers. */
import type { BrowserContext, CDPSession, Page } from "@playwright/test";

interface Usage {
  usedSize: number;
  /** Of array buffers. */
  backingStorageSize: number;
}

export class JsMemory {
  /** The largest sum of both seen so far, bytes. */
  peak = 0;
  samples = 0;
  private readonly timer: ReturnType<typeof setInterval>;
  private readonly workers = new Set<string>();
  /** Of the page, under "", and of each worker: the last count, bytes. */
  private readonly last = new Map<string, number>();
  private next = 0;

  static async watch(context: BrowserContext, page: Page): Promise<JsMemory> {
    const session = await context.newCDPSession(page);
    const heap = new JsMemory(session);
    session.on("Target.attachedToTarget", ({ sessionId, targetInfo }) => {
      if (targetInfo.type === "worker") heap.workers.add(sessionId);
    });
    session.on("Target.detachedFromTarget", ({ sessionId }) => {
      heap.workers.delete(sessionId);
      heap.last.delete(sessionId);
    });
    session.on("Target.receivedMessageFromTarget", ({ sessionId, message }) =>
      heap.take(sessionId, JSON.parse(message).result),
    );
    // Not flattened: Playwright's sessions speak to one target only, and pass on what is for another.
    await session.send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
    return heap;
  }

  private constructor(private readonly session: CDPSession) {
    this.timer = setInterval(() => this.ask(), 20);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private ask(): void {
    this.session.send("Runtime.getHeapUsage").then(
      (usage) => this.take("", usage as Partial<Usage>),
      () => {},
    );
    for (const sessionId of this.workers) {
      const message = JSON.stringify({ id: ++this.next, method: "Runtime.getHeapUsage" });
      // A worker may have ended meanwhile.
      this.session.send("Target.sendMessageToTarget", { sessionId, message }).catch(() => {});
    }
  }

  private take(of: string, { usedSize, backingStorageSize = 0 }: Partial<Usage> = {}): void {
    if (usedSize === undefined) return;
    this.samples++;
    this.last.set(of, usedSize + backingStorageSize);
    this.peak = Math.max(
      this.peak,
      [...this.last.values()].reduce((a, b) => a + b, 0),
    );
  }
}
