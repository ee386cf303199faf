import {
  type Backend,
  CheckpointError,
  type DeviceInfo,
  DisposedError,
  type EngineMemory,
  type LoadProgress,
  type ModelSettings,
  type ModelSpec,
  type ModuleSpec,
  OutsideTraceError,
  type RunResult,
  SpecIndex,
  type TraceProgram,
  UnknownModuleError,
} from "@insitu/program";
import { callSite } from "./callSite.ts";
import { EngineClient, type EngineEndpoint } from "./engineClient.ts";
import { folderUrl, readJson, readTokenizer } from "./files.ts";
import type { Gpt2Tree } from "./gpt2Model.ts";
import { HandleTree } from "./handles.ts";
import type { Places, PlaceTable } from "./places.ts";
import { type Prompt, toInvoke } from "./prompts.ts";
import type { Recorder } from "./recorder.ts";
import { type Recording, recordTrace } from "./recordTrace.ts";
import { type Resolved, resolve } from "./results.ts";
import { Tensor } from "./tensor.ts";
import type { Tokenizer } from "./tokenizer.ts";
import type { Tracer } from "./tracer.ts";
import { startWorker } from "./worker.ts";

export interface LoadOptions extends ModelSettings {
  /** `auto` (default) takes a hardware WebGPU adapter, else wasm with a notice in `model.device`. */
  backend?: Backend;
  /** Called as files arrive; `weights` counts bytes. */
  onProgress?: (progress: LoadProgress) => void;
  /** An engine to use instead of a new worker: a worker of your own bundling, or a port to one. */
  engine?: EngineEndpoint;
}

/** A loaded model with GPT-2's typed tree: `model.transformer.h[3].attn.source.pattern`. */
export type GPT2LanguageModel = LanguageModel & Gpt2Tree;

/** A language model in a worker, to be traced from here. */
export class LanguageModel {
  private readonly index: SpecIndex;
  private readonly handles: HandleTree;
  private readonly recordings = new WeakMap<Recorder, Places>();
  private disposed = false;

  /** Models are made by `load`. */
  private constructor(
    private readonly client: EngineClient,
    /** The model's tree and shapes, as data. */
    readonly spec: ModelSpec,
    /** The backend and the adapter in use. */
    readonly device: DeviceInfo,
    private readonly tokenizerOrError: Tokenizer | CheckpointError,
  ) {
    this.index = new SpecIndex(spec);
    this.handles = new HandleTree(this.index, (recorder) => this.tableOf(recorder));
  }

  /**
   * Loads a GPT-2 checkpoint (config.json, model.safetensors, tokenizer.json) into a worker.
   *
   * @param source A URL, a path on this server ("/weights/tiny"), or a hub id ("openai-community/gpt2").
   * @throws CheckpointError for missing, damaged or wrong-shaped files; BackendError where the
   *   backend cannot start; WorkerError where the worker cannot.
   */
  static async load(source: string, options: LoadOptions = {}): Promise<GPT2LanguageModel> {
    const { backend = "auto", onProgress = () => {}, engine, ...settings } = options;
    const base = folderUrl(source);
    onProgress({ phase: "config", file: "config.json", loadedBytes: 0, totalBytes: 0 });
    const config = await readJson(base, "config.json");
    const client = new EngineClient(engine ?? startWorker());
    try {
      onProgress({ phase: "tokenizer", file: "tokenizer.json", loadedBytes: 0, totalBytes: 0 });
      const [tokenizer, { spec, device }] = await Promise.all([
        readTokenizer(base),
        client.load({ base, config, backend, settings }, onProgress),
      ]);
      return withTree(new LanguageModel(client, spec, device, tokenizer));
    } catch (error) {
      client.close();
      throw error;
    }
  }

  /** @throws CheckpointError where the checkpoint has none. */
  get tokenizer(): Tokenizer {
    if (this.tokenizerOrError instanceof CheckpointError) throw this.tokenizerOrError;
    return this.tokenizerOrError;
  }

  /**
   * Records `body` once, now, and runs it in the worker with one forward pass over `prompt`.
   * Gives what the body returned, its saved values as numbers.
   *
   * @throws while recording, at the user's own line: OutsideTraceError, AsyncBodyError, ValueUseError,
   *   UnknownModuleError, SliceError, ShapeMismatchError, ArgumentError, OrderError, PromptError,
   *   NotSavedError. From the worker: RunError, BackendError, WorkerError. What the body itself
   *   throws comes out as it is. Nothing is left on the device, and the next trace works.
   */
  trace<T>(prompt: Prompt, body: (tracer: Tracer) => T): Promise<Resolved<T>>;
  /** The same with several prompts, each with a body of its own: `tracer.invoke(prompt, body)`. */
  trace<T>(body: (tracer: Tracer) => T): Promise<Resolved<T>>;
  async trace<T>(first: Prompt | ((tracer: Tracer) => T), second?: (tracer: Tracer) => T): Promise<Resolved<T>> {
    const { recorder, result } = this.recording(first, second, true);
    const run = await this.client.run(recorder.program());
    for (const [i, value] of recorder.toSave.entries()) value.resolve(toTensor(run, i));
    return resolve(result);
  }

  /** Records a body without running it: the trace program, plain data. Throws as `trace` does. */
  record(prompt: Prompt, body: (tracer: Tracer) => unknown): TraceProgram;
  record(body: (tracer: Tracer) => unknown): TraceProgram;
  record(first: Prompt | ((tracer: Tracer) => unknown), second?: (tracer: Tracer) => unknown): TraceProgram {
    return structuredClone(this.recording(first, second, true).recorder.program());
  }

  /** Runs a recorded program. Gives its saved values by name. @throws ProgramError, RunError … */
  async run(program: TraceProgram): Promise<Record<string, Tensor>> {
    this.assertLoaded();
    const result = await this.client.run(program);
    return Object.fromEntries(program.saves.map(({ name }, i) => [name ?? `save${i}`, toTensor(result, i)]));
  }

  /** The handle of a module by its path, `"transformer.h.3.mlp"`. @throws UnknownModuleError */
  get(path: string): unknown {
    return this.handles.get(path);
  }

  /** Every module: path, class, parameters and inner names. */
  modules(): readonly ModuleSpec[] {
    return this.spec.modules;
  }

  /** Tensors and bytes that the engine holds. */
  memory(): Promise<EngineMemory> {
    this.assertLoaded();
    return this.client.memory();
  }

  /** Frees the model and ends its worker. */
  async dispose(): Promise<void> {
    if (this.disposed) return;
    this.disposed = true;
    await this.client.dispose();
  }

  private recording<T>(
    first: Prompt | ((tracer: Tracer) => T),
    second: ((tracer: Tracer) => T) | undefined,
    mustSave: boolean,
  ): Recording<T> {
    this.assertLoaded();
    const alone = typeof first === "function" && second === undefined;
    return recordTrace({
      index: this.index,
      toInvoke: (prompt) => toInvoke(prompt, () => this.tokenizer),
      prompt: alone ? undefined : ((first ?? null) as Prompt),
      body: (alone ? first : second) as (tracer: Tracer) => T,
      edits: [],
      mustSave,
      onStart: (places) => this.recordings.set(places.recorder, places),
    });
  }

  /** The places of the invoke whose body is running. */
  private tableOf(recorder: Recorder): PlaceTable {
    const places = this.recordings.get(recorder);
    if (!places) {
      throw new DisposedError(
        "A module of another model was used in this trace.",
        "Use the modules of the model that is traced.",
      ).at(callSite());
    }
    if (!places.current) {
      throw new OutsideTraceError(
        "A module's value was used outside an invoke.",
        "Use it inside tracer.invoke(prompt, () => { … }).",
      ).at(callSite());
    }
    return places.current;
  }

  private assertLoaded(): void {
    if (this.disposed)
      throw new DisposedError("The model was disposed.", "Call LanguageModel.load again.").at(callSite());
  }
}

/** The model with its modules as properties; any other name is an error that lists what there is. */
function withTree(model: LanguageModel): GPT2LanguageModel {
  const names = new Set(["input", "inputs", "output", ...new SpecIndex(model.spec).children("")]);
  return new Proxy(model, {
    get(target, key) {
      if (typeof key === "string" && names.has(key)) return Reflect.get(target.get("") as object, key);
      if (typeof key === "symbol" || key in target || key === "then" || key === "toJSON") {
        const member = Reflect.get(target, key, target);
        return typeof member === "function" ? member.bind(target) : member;
      }
      throw new UnknownModuleError(
        `model has no ${key}.`,
        `Its modules are: ${new SpecIndex(target.spec).children("").join(", ")}.`,
        { key },
      ).at(callSite());
    },
    set(target, key, value) {
      if (names.has(String(key))) return Reflect.set(target.get("") as object, key, value);
      throw new UnknownModuleError(
        `model.${String(key)} cannot be assigned.`,
        "Assign to a module's input or output.",
        { key: String(key) },
      ).at(callSite());
    },
  }) as GPT2LanguageModel;
}

function toTensor({ saved }: RunResult, i: number): Tensor {
  const { shape, dtype, data } = saved[i] as RunResult["saved"][number];
  return new Tensor(shape, dtype, data);
}
