/** Starts the engine's worker. The bundler sees the URL and bundles the worker apart. */
export function startWorker(): Worker {
  return new Worker(new URL("@insitu/engine/worker", import.meta.url), { type: "module", name: "insitu" });
}
