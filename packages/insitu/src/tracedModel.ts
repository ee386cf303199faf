import {
  type DeviceInfo,
  type EngineMemory,
  fromWire,
  type Generation,
  InsituError,
  type ModelSpec,
  type ModuleSpec,
  type OnTokens,
  type TraceProgram,
  UnknownModuleError,
} from "@insitu/program";
import { callSite } from "./callSite.ts";
import type { ModuleHandle } from "./gpt2Model.ts";
import { IGNORED } from "./guarded.ts";
import type { ModelCore } from "./modelCore.ts";
import type { Prompt } from "./prompts.ts";
import type { Recorder } from "./recorder.ts";
import { type Recording, recordTrace } from "./recordTrace.ts";
import { type Resolved, resolve, type Scanned, scanned } from "./results.ts";
import { type Saves, savedTensor, savesByName } from "./saves.ts";
import type { Tensor } from "./tensor.ts";
import { runBodies, runPrograms, type TraceAllOptions } from "./traceAll.ts";
import type { Tracer } from "./tracer.ts";

/** What a body may be: given a tracer, it records, and what it returns comes back. */
export type Body<T, P = Prompt> = (tracer: Tracer<P>) => T;

/** A model in a worker, to be traced from here. `P` is what it runs on. */
export abstract class TracedModel<P = Prompt> {
  /** Models are made by `load` and `edit`. */
  protected constructor(
    protected readonly core: ModelCore,
    private edits: readonly Body<void, P>[] = [],
  ) {}

  /** The same model with these edits. */
  protected abstract withEdits(edits: readonly Body<void, P>[]): this;

  /** The model's tree and shapes, as data. */
  get spec(): ModelSpec {
    return this.core.index.spec;
  }

  /** The backend and the adapter in use. */
  get device(): DeviceInfo {
    return this.core.device;
  }

  /**
   * Records `body` once, now, and runs it in the worker with one forward pass over `prompt`.
   * Gives what the body returned, its saved values as numbers.
   *
   * @throws while recording, at the user's own line: OutsideTraceError, AsyncBodyError, ValueUseError,
   *   UnknownModuleError, SliceError, ShapeMismatchError, ArgumentError, OrderError, BarrierError,
   *   PromptError, NotSavedError. From the worker: RunError, BackendError, WorkerError. What the body
   *   itself throws comes out as it is. Nothing is left on the device, and the next trace works.
   */
  trace<T>(prompt: P, body: Body<T, P>): Promise<Resolved<T>>;
  /** The same with several prompts, each with a body of its own: `tracer.invoke(prompt, body)`. */
  trace<T>(body: Body<T, P>): Promise<Resolved<T>>;
  async trace<T>(first: P | Body<T, P>, second?: Body<T, P>): Promise<Resolved<T>> {
    const { recorder, result } = this.recording(first, second);
    await this.runRecorded(recorder);
    return resolve(result);
  }

  /**
   * Shapes without a run, at once: records `body` and gives what it returned, values as
   * `{ shape, dtype }`. Throws as `trace` does while recording.
   */
  scan<T>(prompt: P, body: Body<T, P>): Scanned<T>;
  scan<T>(body: Body<T, P>): Scanned<T>;
  scan<T>(first: P | Body<T, P>, second?: Body<T, P>): Scanned<T> {
    return scanned(this.recording(first, second, { shapesOnly: true }).result);
  }

  /** Records a body without running it: the trace program, plain data. Throws as `trace` does. */
  record(prompt: P, body: Body<unknown, P>): TraceProgram;
  record(body: Body<unknown, P>): TraceProgram;
  record(first: P | Body<unknown, P>, second?: Body<unknown, P>): TraceProgram {
    return structuredClone(this.recording(first, second).recorder.program());
  }

  /** Runs a recorded program. Gives its saved values by name. @throws ProgramError, RunError … */
  async run(program: TraceProgram): Promise<Record<string, Tensor>> {
    this.core.assertLoaded();
    return savesByName(program, (await this.core.client.call("run", program)).saved);
  }

  /**
   * Many traces in one request: what those of one prompt share is computed once, and each joins the
   * batch where it first differs. Records each body, in order, and gives what each returned, as `trace`
   * does. The numbers are those of the traces one by one; only rounding may differ.
   *
   * @throws what `trace` throws, with the body's position in `details.program`, and nothing runs unless
   *   all are valid; CancelledError once `signal` is aborted; what `onProgress` itself throws.
   */
  traceAll<T>(prompt: P, bodies: readonly Body<T, P>[], options?: TraceAllOptions): Promise<Resolved<T>[]>;
  /** The same with programs from `record`, of any prompts. Gives the saved values of each by name, as `run` does. */
  traceAll(programs: readonly TraceProgram[], options?: TraceAllOptions): Promise<Record<string, Tensor>[]>;
  /**
   * The same with programs recorded by `record`: what one of them holds (`hold()`) those after it may use. It never
   * leaves the device, and is freed at the end. A generator function is given pauses in which the page is free.
   */
  traceAll(record: () => Iterable<TraceProgram>, options?: TraceAllOptions): Promise<Record<string, Tensor>[]>;
  async traceAll<T>(
    first: P | readonly TraceProgram[] | (() => Iterable<TraceProgram>),
    second?: readonly Body<T, P>[] | TraceAllOptions,
    third?: TraceAllOptions,
  ): Promise<unknown[]> {
    this.core.assertLoaded();
    const { client } = this.core;
    if (!Array.isArray(second)) {
      const run = (programs: readonly TraceProgram[]) => {
        this.core.assertLoaded();
        return runPrograms(client, programs, second as TraceAllOptions);
      };
      return typeof first === "function"
        ? this.core.withHeld(first as () => TraceProgram[], run)
        : run(first as TraceProgram[]);
    }
    return runBodies(client, second, (body: Body<T, P>) => this.recording(first as P, body), third);
  }

  /**
   * A model with edits of its own: `body` runs at the start of every trace, on the whole batch. Gives
   * a copy that shares the weights; with `inPlace` the edits are this model's, until `clearEdits`.
   */
  edit(body: Body<void, P>, options: { inPlace?: boolean } = {}): this {
    const edits = [...this.edits, body];
    if (!options.inPlace) return this.withEdits(edits);
    this.edits = edits;
    return withTree(this);
  }

  /** Takes back every edit in place. */
  clearEdits(): void {
    this.edits = [];
  }

  /**
   * Traces whose values flow from one to the next on the device: what `hold()` gives in one is an
   * operand in the next. Everything held is freed when `body` ends, also by an error.
   */
  async session<T>(body: () => Promise<T>): Promise<T> {
    this.core.assertLoaded();
    return this.core.withSession(body);
  }

  /** The handle of a module by its path, `"transformer.h.3.mlp"`. @throws UnknownModuleError */
  get<H = ModuleHandle>(path: string): H {
    return this.core.handles.get(path) as H;
  }

  /** Every module: path, class, parameters and inner names. */
  modules(): readonly ModuleSpec[] {
    return this.spec.modules;
  }

  /** Tensors and bytes that the engine holds. */
  memory(): Promise<EngineMemory> {
    this.core.assertLoaded();
    return this.core.client.call("memory");
  }

  /** Frees the model, and its edited copies, and ends its worker. */
  dispose(): Promise<void> {
    return this.core.dispose();
  }

  protected async runRecorded(recorder: Recorder, onTokens?: OnTokens): Promise<void> {
    if (recorder.toSave.length + recorder.toHold.length === 0 && !onTokens) {
      console.warn(
        `insitu: a trace saves nothing, so it was not run. Call .save() on what you want to see. (${callSite()})`,
      );
      return;
    }
    const program = recorder.program();
    const run = await this.core.client.call("run", program, onTokens).catch((error) => {
      throw withSaved(error, recorder, program);
    });
    for (const [i, value] of recorder.toSave.entries()) value.resolve(savedTensor(run.saved, i));
  }

  protected recording<T>(
    first: P | Body<T, P>,
    second: Body<T, P> | undefined,
    { shapesOnly = false, generation }: { shapesOnly?: boolean; generation?: Generation } = {},
  ): Recording<T> {
    this.core.assertLoaded();
    const alone = typeof first === "function" && second === undefined;
    return recordTrace({
      ...this.core.recordingParts(),
      prompt: alone ? undefined : ((first ?? null) as Prompt),
      body: (alone ? first : second) as unknown as Body<T>,
      edits: [...this.core.edits, ...this.edits] as Body<void>[],
      shapesOnly,
      generation,
    });
  }
}

/** The model with its modules as properties; any other name is an error that lists what there is. */
export function withTree<M extends TracedModel<never>>(model: M): M {
  const root = model.get("") as object;
  const names = new Set(Object.keys(root).filter((name) => !(name in model)));
  return new Proxy(model, {
    get(target, key) {
      if (typeof key === "string" && names.has(key)) return Reflect.get(root, key);
      if (typeof key === "symbol" || key in target || IGNORED.test(key)) {
        const member = Reflect.get(target, key, target);
        return typeof member === "function" ? member.bind(target) : member;
      }
      throw new UnknownModuleError(`model has no ${key}.`, `It has: ${[...names].join(", ")}.`, { key }).at(callSite());
    },
    set(_, key, value) {
      if (names.has(String(key))) return Reflect.set(root, key, value);
      throw new UnknownModuleError(
        `model.${String(key)} cannot be assigned.`,
        "Assign to a module's input or output.",
        { key: String(key) },
      ).at(callSite());
    },
  });
}

/** A failed run's error with what was saved before it, which the values saved know as well. */
function withSaved(error: unknown, { toSave }: Recorder, program: TraceProgram): unknown {
  if (!(error instanceof InsituError) || !Array.isArray(error.details["saved"])) return error;
  const { saved, ...details } = error.details;
  for (const [i, value] of toSave.entries()) value.resolve(savedTensor(saved as Saves, i));
  const kept = fromWire({ name: error.name, problem: error.problem, remedy: error.remedy, details }).at(error.line);
  kept.saved = savesByName(program, saved as Saves);
  return kept;
}
