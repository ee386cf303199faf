/** The worker's entry: serves one engine to the thread that started it. */
import type { Endpoint } from "comlink";
import { exposeEngine } from "./expose.ts";

exposeEngine(globalThis as unknown as Endpoint);
