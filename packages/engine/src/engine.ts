import {
  ArgumentError,
  type CachedModel,
  type CacheQuery,
  type DeviceInfo,
  DisposedError,
  type EngineMemory,
  type EngineProtocol,
  type LoadedModel as Loaded,
  type LoadProgress,
  type LoadRequest,
  type ModelSettings,
  type OnTokens,
  type Outcome,
  type RemoteFetch,
  type RunAllRequest,
  type RunAllResult,
  type RunProgress,
  type RunResult,
  type SavedData,
  type TraceProgram,
  toWire,
} from "@insitu/program";
import { type Started, useBackend } from "./backends.ts";
import { LoadReport } from "./files/loadReport.ts";
import { deleteCached, listCached } from "./files/modelCache.ts";
import { useKernelStyle } from "./kernels/style.ts";
import { checkArtifacts } from "./layersArtifacts.ts";
import { LayersRunnable } from "./layersRunnable.ts";
import { LoadedModel } from "./loadedModel.ts";
import { loadGpt2 } from "./loadGpt2.ts";
import * as tf from "./tf.ts";

/** What the worker offers. One engine holds one model; whatever is thrown comes back as data. */
export class Engine implements EngineProtocol {
  private model: LoadedModel | undefined;
  /** Runs one after another: a run's memory is then its own to account for. */
  private queue: Promise<unknown> = Promise.resolve();
  /** Of runs under way or waiting, by the names their callers gave them: whether to end them. */
  private readonly cancellable = new Map<string, boolean>();

  load(
    request: LoadRequest,
    onProgress: (progress: LoadProgress) => void | Promise<void> = () => {},
    fetch?: RemoteFetch,
  ): Promise<Outcome<Loaded>> {
    return this.next(async () => {
      // Before the backend starts: a setting that is wrong needs no GPU to say so.
      checkSettings(request.settings);
      const report = new LoadReport(onProgress);
      const { model, ...rest } = await load(request, report, fetch);
      this.model?.dispose();
      this.model = model;
      report.phase("ready");
      await report.told();
      return { spec: model.spec, ...rest };
    });
  }

  run(program: TraceProgram, onTokens?: OnTokens): Promise<Outcome<RunResult>> {
    return this.next(async () => this.loaded().run(program, onTokens));
  }

  async runAll(
    programs: readonly TraceProgram[],
    { id, ...options }: RunAllRequest,
    onProgress?: (progress: RunProgress) => void | Promise<void>,
  ): Promise<Outcome<RunAllResult>> {
    this.cancellable.set(id, false);
    const cancelled = () => this.cancellable.get(id) === true;
    const more = { ...options, cancelled, ...(onProgress ? { onProgress } : {}) };
    const outcome = await this.next(async () => this.loaded().runAll(programs, more));
    this.cancellable.delete(id);
    return outcome;
  }

  /** At once, whatever is running: what is cancelled ends by itself, soon. */
  async cancel(id: string): Promise<Outcome<undefined>> {
    if (this.cancellable.has(id)) this.cancellable.set(id, true);
    return { ok: true, value: undefined };
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
      const { numBytesInGPU = 0, numBytesAllocatedInGPU = 0 } = rest as Partial<EngineMemory>;
      return { numTensors, numBytes, numBytesInGPU, numBytesAllocatedInGPU };
    });
  }

  /** At once: it has nothing to do with the model. */
  async listCached(query: CacheQuery): Promise<Outcome<CachedModel[]>> {
    return outcomeOf(listCached(query));
  }

  async deleteCached(query: CacheQuery): Promise<Outcome<CachedModel[]>> {
    return outcomeOf(deleteCached(query));
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
    const result = outcomeOf(this.queue.then(work));
    this.queue = result;
    return result;
  }
}

const outcomeOf = <T>(work: Promise<T>): Promise<Outcome<T>> =>
  work.then(
    (value): Outcome<T> => ({ ok: true, value }),
    (error): Outcome<T> => ({ ok: false, error: toWire(error) }),
  );

async function load(
  request: LoadRequest,
  report: LoadReport,
  fetch: RemoteFetch | undefined,
): Promise<{ model: LoadedModel } & Omit<Loaded, "spec">> {
  const start = async () => withSettings(await useBackend(request.backend), request);
  if (request.kind === "gpt2") return loadGpt2({ ...request, report, fetch, start });
  // Before the backend starts: what is no model needs no GPU to say so.
  if ("artifacts" in request) checkArtifacts(request.artifacts);
  report.phase("backend");
  const device = await start();
  const file = report.file("model.json");
  const source = "artifacts" in request ? request.artifacts : request.base;
  const runnable = await LayersRunnable.load(source, (fraction) => file.fraction(fraction));
  return { model: new LoadedModel(runnable), device };
}

/** The device with what is asked of it: shaders written for its kind, weights as they can be stored there. */
function withSettings(started: Started, { kind, settings }: LoadRequest): DeviceInfo {
  const wantsHalf = settings.weights === "float16";
  const canHalve = started.backend === "webgpu" && kind === "gpt2";
  const device: DeviceInfo = { ...started, weights: wantsHalf && canHalve ? "float16" : "float32" };
  if (wantsHalf && !canHalve) {
    const why = "Weights are stored in float32: float16 is for GPT-2 on webgpu.";
    device.notice = device.notice ? `${device.notice} ${why}` : why;
  }
  if (started.backend === "webgpu") {
    device.kernels = settings.kernels ?? (started.software ? "direct" : "tiled");
    useKernelStyle(device.kernels);
  }
  return device;
}

/** @throws ArgumentError */
function checkSettings({ weights, kernels }: ModelSettings): void {
  const check = (name: string, value: string | undefined, allowed: readonly string[]) => {
    if (value === undefined || allowed.includes(value)) return;
    const wanted = allowed.map((a) => JSON.stringify(a)).join(" or ");
    throw new ArgumentError(`load: ${name} is ${JSON.stringify(value)}.`, `It must be ${wanted}.`, { name, value });
  };
  check("weights", weights, ["float32", "float16"]);
  check("kernels", kernels, ["tiled", "direct"]);
}
