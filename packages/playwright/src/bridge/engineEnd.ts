import { MessageChannel } from "node:worker_threads";
import * as Comlink from "comlink";
import type { EngineProtocol, LoadOptions, RunAllResult, RunResult } from "insitu";

type Saves = RunResult["saved"] | RunAllResult["saved"];

/** An engine as `LanguageModel.load` takes one: a port at whose other end `served` answers. */
export function endOf(served: EngineProtocol): NonNullable<LoadOptions["engine"]> {
  const { port1, port2 } = new MessageChannel();
  const released: EngineProtocol = {
    ...served,
    load: (request, onProgress, fetch) => releasing(onProgress, () => served.load(request, onProgress, fetch)),
    async run(program, onTokens) {
      const outcome = await releasing(onTokens, () => served.run(program, onTokens));
      return outcome.ok ? Comlink.transfer(outcome, buffersOf(outcome.value.saved)) : outcome;
    },
    async runAll(programs, request, onProgress) {
      const outcome = await releasing(onProgress, () => served.runAll(programs, request, onProgress));
      return outcome.ok ? Comlink.transfer(outcome, buffersOf(outcome.value.saved)) : outcome;
    },
  };
  Comlink.expose(released, port1 as unknown as Comlink.Endpoint);
  // A port that listens would keep the process from ending.
  port1.unref();
  port2.unref();
  return port2 as unknown as MessagePort;
}

/** Ends what a function came through, which would stay open for as long as the process lives. */
async function releasing<T>(callback: unknown, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    (callback as { [Comlink.releaseProxy]?: () => void } | undefined)?.[Comlink.releaseProxy]?.();
  }
}

/** The buffers move instead of being copied. */
const buffersOf = (saved: Saves): ArrayBuffer[] =>
  saved.flat().flatMap((value) => (value ? [value.data.buffer as ArrayBuffer] : []));
