/** The worker's entry: serves one engine to the thread that started it. */
import type { Endpoint } from "comlink";
import { exposeEngine } from "./expose.ts";

// A worker that ends, or is ended, tells nobody. One with a name of its own holds the lock of that name for as long as it
// lives, so that a page that asks for the lock learns of its end.
const { name, navigator } = globalThis as unknown as { name: string; navigator: { locks?: Locks } };
if (name && name !== "insitu") void navigator.locks?.request(name, () => new Promise(() => {}));

interface Locks {
  request(name: string, held: () => Promise<never>): Promise<unknown>;
}

exposeEngine(globalThis as unknown as Endpoint);
