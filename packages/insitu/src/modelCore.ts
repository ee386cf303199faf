/** What a model and its edited copies share: the worker, the tree, the recordings under way. */
import {
  type DeviceInfo,
  DisposedError,
  type Invoke,
  type ModelSpec,
  OutsideTraceError,
  type SiteSpec,
  SpecIndex,
  type TraceProgram,
  UnknownModuleError,
} from "@insitu/program";
import { callSite } from "./callSite.ts";
import { recording } from "./currentRecorder.ts";
import type { EngineClient } from "./engineClient.ts";
import { HandleTree } from "./handles.ts";
import { PlaceValue } from "./outputs.ts";
import type { Places, PlaceTable } from "./places.ts";
import type { Prompt } from "./prompts.ts";
import type { Recorder } from "./recorder.ts";
import type { RecordRequest } from "./recordTrace.ts";
import { Session } from "./session.ts";
import { placeOfHook } from "./transformerLens.ts";
import type { Value } from "./value.ts";

/** Milliseconds that recording may take before the page has its turn. */
const LONGEST_TASK = 30;

export class ModelCore {
  readonly index: SpecIndex;
  readonly handles: HandleTree;
  /** Edits of tools, which come before the model's own. */
  readonly edits: unknown[] = [];
  private readonly recordings = new WeakMap<Recorder, Places>();
  private session: Session | undefined;
  private disposed = false;

  /** Makes a core of a model that the worker has loaded; the worker's is freed where that fails. */
  static async of(client: EngineClient, make: () => ModelCore): Promise<ModelCore> {
    try {
      return make();
    } catch (error) {
      await client.dispose();
      throw error;
    }
  }

  /** @throws ArgumentError, UnknownModuleError for names of `rename` that cannot be. */
  constructor(
    readonly client: EngineClient,
    spec: ModelSpec,
    readonly device: DeviceInfo,
    private readonly promptOf: (prompt: Prompt) => Invoke,
    rename: Readonly<Record<string, string>> | undefined,
  ) {
    this.index = new SpecIndex(spec);
    this.handles = new HandleTree(this.index, (recorder, afterwards) => this.tableOf(recorder, afterwards), rename);
  }

  /** What every recording of this model needs. */
  recordingParts(): Pick<RecordRequest<unknown>, "index" | "toInvoke" | "session" | "onStart"> {
    return {
      index: this.index,
      toInvoke: this.promptOf,
      session: this.session,
      onStart: (places) => this.recordings.set(places.recorder, places),
    };
  }

  hook(name: string): Value {
    const recorder = recording(name);
    return recorder.enter(() => {
      const place = placeOfHook(name);
      const site = this.index.site(place);
      if (!site)
        throw new UnknownModuleError(`${name}: there is no ${place.module}.`, "See model.modules().", { name });
      return new PlaceValue(this.tableOf(recorder), site as SiteSpec);
    });
  }

  async withSession<T>(body: () => Promise<T>): Promise<T> {
    if (this.session) {
      throw new OutsideTraceError("A session was started inside a session.", "It may hold any number of traces.").at(
        callSite(),
      );
    }
    const session = new Session(this.client);
    this.session = session;
    try {
      return await body();
    } finally {
      this.session = undefined;
      session.end();
    }
  }

  /**
   * Runs the programs that `record` gives, taken one at a time, with pauses in which the page is free. What they hold
   * is freed at the end.
   */
  async withHeld<T>(
    record: () => Iterable<TraceProgram>,
    run: (programs: readonly TraceProgram[]) => Promise<T>,
  ): Promise<T> {
    const session = new Session(this.client);
    const within = <T>(work: () => T): T => {
      const outer = this.session;
      this.session = session;
      try {
        return work();
      } finally {
        this.session = outer;
      }
    };
    const programs: TraceProgram[] = [];
    let paused = performance.now();
    try {
      const recorded = within(record);
      const given = recorded?.[Symbol.iterator]?.();
      // What is no list is told so where lists are run.
      if (!given) return await run(recorded as never);
      for (;;) {
        const next = within(() => given.next());
        if (next.done) return await run(programs);
        programs.push(next.value);
        if (performance.now() - paused < LONGEST_TASK) continue;
        await new Promise((resolve) => setTimeout(resolve));
        paused = performance.now();
      }
    } finally {
      session.end();
    }
  }

  assertLoaded(): void {
    if (this.disposed)
      throw new DisposedError("The model was disposed.", "Call LanguageModel.load again.").at(callSite());
  }

  async dispose(): Promise<void> {
    if (this.disposed) return;
    this.disposed = true;
    await this.client.dispose();
  }

  /** The places of the invoke whose body is running. */
  private tableOf(recorder: Recorder, afterwards = false): PlaceTable {
    const places = this.recordings.get(recorder);
    if (!places) {
      throw new DisposedError("A module of another model was used in this trace.", "Use those of the traced one.").at(
        callSite(),
      );
    }
    const table = afterwards ? places.afterwards : places.current;
    if (!table) {
      throw new OutsideTraceError(
        "A module's value was used outside an invoke.",
        "Use it inside tracer.invoke(prompt, () => { … }).",
      ).at(callSite());
    }
    return table;
  }
}
