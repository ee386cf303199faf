import {
  DisposedError,
  type EngineMemory,
  type EngineProtocol,
  type LoadedModel as Loaded,
  type LoadProgress,
  type LoadRequest,
  type NewTokens,
  type Outcome,
  parseGpt2Config,
  type RunResult,
  type SavedData,
  type TraceProgram,
  toWire,
} from "@insitu/program";
import { useBackend } from "./backends.ts";
import { readWeights } from "./checkpoint.ts";
import { LoadedModel } from "./loadedModel.ts";
import * as tf from "./tf.ts";

/** What the worker offers. One engine holds one model; whatever is thrown comes back as data. */
export class Engine implements EngineProtocol {
  private model: LoadedModel | undefined;
  /** Runs one after another: a run's memory is then its own to account for. */
  private queue: Promise<unknown> = Promise.resolve();

  load(request: LoadRequest, onProgress: (progress: LoadProgress) => void = () => {}): Promise<Outcome<Loaded>> {
    return this.next(async () => {
      const { padTokenId, attnImplementation } = request.settings;
      const config = parseGpt2Config({
        ...Object(request.config),
        ...(padTokenId === undefined ? {} : { pad_token_id: padTokenId }),
      });
      onProgress({ phase: "backend", loadedBytes: 0, totalBytes: 0 });
      const device = await useBackend(request.backend);
      const report = throttled(onProgress);
      const weights = await readWeights(request.base, config, (loadedBytes, totalBytes) =>
        report({ phase: "weights", file: "model.safetensors", loadedBytes, totalBytes }),
      );
      this.model?.dispose();
      try {
        this.model = new LoadedModel(config, weights, device, attnImplementation ?? "eager");
      } finally {
        weights.dispose();
      }
      onProgress({ phase: "ready", loadedBytes: 0, totalBytes: 0 });
      return { spec: this.model.spec, device };
    });
  }

  run(program: TraceProgram, onTokens?: (tokens: NewTokens) => void): Promise<Outcome<RunResult>> {
    return this.next(async () => this.loaded().run(program, onTokens));
  }

  readHeld(id: string): Promise<Outcome<SavedData>> {
    return this.next(async () => this.loaded().readHeld(id));
  }

  release(prefix: string): Promise<Outcome<undefined>> {
    return this.next(async () => {
      this.model?.release(prefix);
      return undefined;
    });
  }

  memory(): Promise<Outcome<EngineMemory>> {
    return this.next(async () => {
      const { numTensors, numBytes, ...rest } = tf.memory();
      const gpu = (rest as { numBytesInGPU?: number }).numBytesInGPU ?? 0;
      return { numTensors, numBytes, numBytesInGPU: gpu };
    });
  }

  dispose(): Promise<Outcome<undefined>> {
    return this.next(async () => {
      this.model?.dispose();
      this.model = undefined;
      return undefined;
    });
  }

  private loaded(): LoadedModel {
    if (!this.model) throw new DisposedError("No model is loaded in this worker.", "Call LanguageModel.load again.");
    return this.model;
  }

  private next<T>(work: () => Promise<T>): Promise<Outcome<T>> {
    const result = this.queue.then(work).then(
      (value): Outcome<T> => ({ ok: true, value }),
      (error): Outcome<T> => ({ ok: false, error: toWire(error) }),
    );
    this.queue = result;
    return result;
  }
}

/** Progress at most every 50 ms, so that messages do not outnumber chunks worth showing. */
function throttled(report: (progress: LoadProgress) => void): (progress: LoadProgress) => void {
  let last = 0;
  return (progress) => {
    const now = performance.now();
    if (now - last < 50 && progress.loadedBytes !== progress.totalBytes) return;
    last = now;
    report(progress);
  };
}
