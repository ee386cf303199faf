import type { EngineProtocol, OnTokens, RunAllRequest, RunProgress, SavedData, TraceProgram } from "@insitu/program";
import * as Comlink from "comlink";
import { Engine } from "./engine.ts";

/** Serves an engine, one of its own unless given, on a worker's global scope or on a message port. */
export function exposeEngine(endpoint: Comlink.Endpoint, engine = new Engine()): void {
  const served: EngineProtocol = {
    load: (request, onProgress, fetch) => engine.load(request, onProgress, fetch),
    readHeld: (id) => engine.readHeld(id),
    release: (prefix) => engine.release(prefix),
    memory: () => engine.memory(),
    listCached: (query) => engine.listCached(query),
    deleteCached: (query) => engine.deleteCached(query),
    dispose: () => engine.dispose(),
    async run(program: TraceProgram, onTokens?: OnTokens) {
      const outcome = await engine.run(program, onTokens);
      return outcome.ok ? Comlink.transfer(outcome, buffersOf(outcome.value.saved)) : outcome;
    },
    async runAll(
      programs: readonly TraceProgram[],
      request: RunAllRequest,
      onProgress?: (progress: RunProgress) => void | Promise<void>,
    ) {
      const outcome = await engine.runAll(programs, request, onProgress);
      return outcome.ok ? Comlink.transfer(outcome, outcome.value.saved.flatMap(buffersOf)) : outcome;
    },
    cancel: (id) => engine.cancel(id),
  };
  Comlink.expose(served, endpoint);
}

/** The buffers move instead of being copied once more. */
const buffersOf = (saved: readonly (SavedData | null)[]): ArrayBuffer[] =>
  saved.flatMap((value) => (value ? [value.data.buffer as ArrayBuffer] : []));
