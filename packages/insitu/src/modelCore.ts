/** What a model and its edited copies share: the worker, the tree, the recordings under way. */
import {
  CheckpointError,
  type DeviceInfo,
  DisposedError,
  type ModelSpec,
  OutsideTraceError,
  type SiteSpec,
  SpecIndex,
  UnknownModuleError,
} from "@insitu/program";
import { callSite } from "./callSite.ts";
import type { EngineClient } from "./engineClient.ts";
import { HandleTree } from "./handles.ts";
import { PlaceValue } from "./outputs.ts";
import type { Places, PlaceTable } from "./places.ts";
import { toInvoke } from "./prompts.ts";
import { type Recorder, recording } from "./recorder.ts";
import type { RecordRequest } from "./recordTrace.ts";
import { Session } from "./session.ts";
import type { Tokenizer } from "./tokenizer.ts";
import { placeOfHook } from "./transformerLens.ts";
import type { Value } from "./value.ts";

export class ModelCore {
  readonly index: SpecIndex;
  readonly handles: HandleTree;
  private readonly recordings = new WeakMap<Recorder, Places>();
  private session: Session | undefined;
  private disposed = false;

  /** @throws ArgumentError, UnknownModuleError for names of `rename` that cannot be. */
  constructor(
    readonly client: EngineClient,
    spec: ModelSpec,
    readonly device: DeviceInfo,
    private readonly tokenizerOrError: Tokenizer | CheckpointError,
    rename: Readonly<Record<string, string>> | undefined,
  ) {
    this.index = new SpecIndex(spec);
    this.handles = new HandleTree(this.index, (recorder, afterwards) => this.tableOf(recorder, afterwards), rename);
  }

  /** @throws CheckpointError where the checkpoint has none. */
  tokenizer(): Tokenizer {
    if (this.tokenizerOrError instanceof CheckpointError) throw this.tokenizerOrError;
    return this.tokenizerOrError;
  }

  /** What every recording of this model needs. */
  recordingParts(): Pick<RecordRequest<unknown>, "index" | "toInvoke" | "session" | "onStart"> {
    return {
      index: this.index,
      toInvoke: (prompt) => toInvoke(prompt, () => this.tokenizer()),
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
      throw new OutsideTraceError(
        "A session was started inside a session.",
        "One at a time; it may hold any number of traces.",
      ).at(callSite());
    }
    const session = new Session(this.client);
    this.session = session;
    try {
      return await body();
    } finally {
      this.session = undefined;
      await session.end();
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
      throw new DisposedError(
        "A module of another model was used in this trace.",
        "Use the modules of the model that is traced.",
      ).at(callSite());
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
