/**
 * The document of the sandbox's frame. It has an origin of its own that is nobody's, may fetch nothing but from the hosts
 * that the reader allowed, and does one thing: it starts the worker that it is handed, and ends it.
 */

/** The frame's `srcdoc`. @throws TypeError for a host that is none */
export function sandboxPage(hosts: readonly string[]): string {
  const connect = hosts.length > 0 ? hosts.map(originOf).join(" ") : "'none'";
  const policy = [
    "default-src 'none'",
    // Code of cells is text until it runs; it comes in by message, never by address.
    `script-src 'unsafe-inline' 'unsafe-eval' blob:`,
    "worker-src blob:",
    `connect-src ${connect}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!doctype html><html><head><meta http-equiv="Content-Security-Policy" content="${policy}"></head><body><script>(${begin})()</script></body></html>`;
}

/** A host as the policy names it: by https, or, on the reader's own machine, by http too. */
export function originOf(host: string): string {
  const url = new URL(/^[a-z]+:\/\//i.test(host) ? host : `https://${host}`);
  if (["localhost", "127.0.0.1", "[::1]"].includes(url.hostname)) return `http://${url.host} https://${url.host}`;
  if (url.protocol !== "https:") throw new TypeError(`${host} is not https.`);
  return url.origin;
}

/** Runs in the frame, so it stands alone. */
function begin(): void {
  let worker: Worker | undefined;
  addEventListener("message", ({ data, source, ports }: MessageEvent<{ script?: string; end?: true }>) => {
    if (source !== parent) return;
    if (data.end) {
      worker?.terminate();
      worker = undefined;
    }
    if (typeof data.script !== "string") return;
    const url = URL.createObjectURL(new Blob([data.script], { type: "text/javascript" }));
    worker = new Worker(url, { name: "notebook" });
    URL.revokeObjectURL(url);
    const port = ports[0] as MessagePort;
    // Its script cannot be read, or it ended in an error of its own: whoever holds the port learns of it there.
    worker.onerror = (event) => {
      event.preventDefault();
      parent.postMessage({ sandboxError: String(event.message).slice(0, 500) }, "*");
    };
    worker.postMessage(null, [port]);
  });
  parent.postMessage({ sandboxReady: true }, "*");
}
