/** In the place of insitu's own `worker.ts`, which starts workers: here the page is asked for one, over a port. */
export function startWorker(): MessagePort {
  const { port1, port2 } = new MessageChannel();
  const ask = (globalThis as { [name: symbol]: unknown })[Symbol.for("insitu.askEngine")] as (
    port: MessagePort,
  ) => void;
  ask(port2);
  return port1;
}
