/**
 * insitu with its engine in this very thread, where the GPU's calls can be counted: the same Engine that the
 * worker runs, behind the same comlink, over a channel instead of a worker's.
 */
import { Engine, exposeEngine } from "@insitu/engine";
import type { NewTokens, RunResult, TraceProgram } from "@insitu/program";
import { fromWire } from "@insitu/program";
import { type Backend, type GPT2LanguageModel, LanguageModel, type LoadOptions } from "insitu";

export interface EngineHere {
  /** The address of the checkpoint's folder. */
  url: string;
  /** insitu as users have it: recording, comlink and copying included. */
  model: GPT2LanguageModel;
  engine: Engine;
  /** The engine alone, without what comlink costs. @throws the engine's own errors */
  run(program: TraceProgram, onTokens?: (tokens: NewTokens) => void): Promise<RunResult>;
  dispose(): Promise<void>;
}

export async function loadHere(url: string, backend: Backend, options: LoadOptions = {}): Promise<EngineHere> {
  const engine = new Engine();
  const { port1, port2 } = new MessageChannel();
  exposeEngine(port1, engine);
  const model = await LanguageModel.load(url, { ...options, backend, engine: port2 });
  return {
    url,
    model,
    engine,
    async run(program, onTokens) {
      const outcome = await engine.run(program, onTokens);
      if (!outcome.ok) throw fromWire(outcome.error);
      return outcome.value;
    },
    async dispose() {
      await model.dispose();
      port1.close();
    },
  };
}
