/** A worker that all loads of a test file share: what it has imported, and the shaders it has compiled, serve them all. */
let worker: Worker | undefined;

/** An engine of its own in that worker. */
export function engineInWorker(): MessagePort {
  worker ??= new Worker(new URL("./engines.worker.ts", import.meta.url), { type: "module" });
  const { port1, port2 } = new MessageChannel();
  worker.postMessage("serve", [port1]);
  return port2;
}
