/**
 * One sandbox: a frame of opaque origin with a worker in it, and the ports to it. What comes out of it is data that has been
 * checked; its end, and however it comes about, leaves nothing behind on this side.
 */
import type { FromSandbox, ToSandbox } from "../sandbox/protocol.ts";
import { checkMessage } from "./checkMessage.ts";
import { FLOODED, Flood } from "./flood.ts";
import { sandboxPage } from "./sandboxPage.ts";

export interface SandboxOptions {
  /** Where the scripts of the sandbox lie. */
  scripts: (name: string) => Promise<string>;
  hosts: readonly string[];
  onMessage: (message: FromSandbox) => void;
  /** It ended by itself, or says more than anybody can read. */
  onFailure: (why: string) => void;
}

export class Sandbox {
  readonly ready: Promise<void>;
  private readonly frame: HTMLIFrameElement;
  private readonly port: MessagePort;
  private readonly listen: (event: MessageEvent) => void;
  private closed = false;
  private readonly flood = new Flood();

  constructor(private readonly options: SandboxOptions) {
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    this.frame = document.createElement("iframe");
    this.frame.setAttribute("sandbox", "allow-scripts");
    this.frame.setAttribute("aria-hidden", "true");
    this.frame.tabIndex = -1;
    this.frame.title = "Where the notebook's code runs";
    this.frame.style.display = "none";
    this.frame.srcdoc = sandboxPage(options.hosts);
    const script = options.scripts("runner");
    let begin: () => void;
    let fail: (error: Error) => void;
    this.ready = new Promise((resolve, reject) => {
      begin = resolve;
      fail = reject;
    });
    this.ready.catch(() => {});
    this.listen = ({ source, data }: MessageEvent<{ sandboxReady?: true; sandboxError?: unknown }>) => {
      if (source !== this.frame.contentWindow || typeof data !== "object" || data === null) return;
      if (data.sandboxReady) {
        script.then(
          (text) => this.frame.contentWindow?.postMessage({ script: text }, "*", [port2]),
          (error) => fail(error as Error),
        );
      }
      if (data.sandboxError !== undefined) this.fail(String(data.sandboxError).slice(0, 500));
    };
    addEventListener("message", this.listen);
    port1.onmessage = ({ data }) => {
      if (this.closed) return;
      const message = checkMessage(data);
      if (this.flood.counts(message !== undefined)) this.fail(FLOODED);
      else if (message?.type === "ready") begin();
      else if (message) options.onMessage(message);
    };
    document.body.append(this.frame);
  }

  send(message: ToSandbox, transfer: Transferable[] = []): void {
    if (!this.closed) this.port.postMessage(message, transfer);
  }

  /** Ends it, whatever it is doing. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    removeEventListener("message", this.listen);
    this.frame.contentWindow?.postMessage({ end: true }, "*");
    this.port.close();
    // Its worker ends with the document, whatever it is doing.
    this.frame.remove();
  }

  /** Ends it, and says why. */
  fail(why: string): void {
    if (this.closed) return;
    this.close();
    this.options.onFailure(why);
  }
}
