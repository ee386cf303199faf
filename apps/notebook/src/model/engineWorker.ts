/** A worker with an engine in it, and its death: a worker that is gone says nothing, but lets go of the lock it held. */

export interface EngineWorker {
  readonly worker: Worker;
  /** Resolves once the worker is no more, whoever ended it. */
  readonly gone: Promise<void>;
}

/** A tenth of a second each. */
const MOST_ASKED = 300;

let started = 0;

export function startEngine(): EngineWorker {
  const name = `insitu ${crypto.randomUUID()} ${started++}`;
  const worker = new Worker(new URL("@insitu/engine/worker", import.meta.url), { type: "module", name });
  return { worker, gone: goneOf(name) };
}

/** The engine holds a lock of its worker's name from its beginning to its end. */
async function goneOf(name: string): Promise<void> {
  if (!("locks" in navigator)) return new Promise(() => {});
  for (let asked = 0; !(await navigator.locks.query()).held?.some((lock) => lock.name === name); asked++) {
    // Ended before it began, or a script that cannot be fetched, of which the load tells.
    if (asked > MOST_ASKED) return new Promise(() => {});
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await navigator.locks.request(name, { mode: "exclusive" }, () => undefined);
}
