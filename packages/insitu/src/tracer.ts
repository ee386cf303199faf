/** What a trace's body is given: invokes, barriers, caches, stop. */
import { ArgumentError, type Invoke, OutsideTraceError, type SpecIndex } from "@insitu/program";
import { Barriers } from "./barriers.ts";
import { ActivationCache, type CacheOptions } from "./cache.ts";
import { callSite } from "./callSite.ts";
import type { Places, PlaceTable } from "./places.ts";
import type { Prompt } from "./prompts.ts";

/** How a body reaches the recording it is part of. */
export interface Tracer {
  /**
   * One prompt of the batch: its body sees the prompt's own rows. Prompts of several invokes are
   * padded on the left to one length. Gives what the body returns.
   */
  invoke<T>(prompt: Prompt, body: () => T): T;
  /** The whole batch: its body sees all rows, as the invokes before it have left them. */
  invoke<T>(body: () => T): T;
  /** A point that `count` invokes reach together. Checked when the trace is recorded. */
  barrier(count: number): () => void;
  /** Ends the forward pass after the furthest place used so far; places beyond it are errors. */
  stop(): void;
  /** Saves the outputs of many modules: see `CacheOptions`. */
  cache(options?: CacheOptions): ActivationCache;
}

/** Thrown through a body whose prompts turn out to be others than was thought; never leaves insitu. */
export class Restart {
  constructor(readonly invokes: readonly Invoke[]) {}
}

/** Looks at a body's prompts without running its invokes: their lengths decide every shape. */
export class PromptGatherer implements Tracer {
  readonly invokes: Invoke[] = [];

  constructor(private readonly toInvoke: (prompt: Prompt) => Invoke) {}

  invoke<T>(prompt: Prompt | (() => T), _body?: () => T): T {
    if (typeof prompt !== "function") this.invokes.push(this.toInvoke(prompt));
    return undefined as T;
  }

  barrier(): () => void {
    return () => {};
  }

  stop(): void {}

  cache(options: CacheOptions = {}): ActivationCache {
    return new ActivationCache(options);
  }
}

/** Records a body's invokes. */
export class RecordingTracer implements Tracer {
  private readonly barriers = new Barriers();
  private readonly caches: { cache: ActivationCache; table: PlaceTable }[] = [];
  private next = 0;

  constructor(
    private readonly places: Places,
    private readonly index: SpecIndex,
    private readonly toInvoke: (prompt: Prompt) => Invoke,
    /** Whether the trace itself was given a prompt, and so is one invoke. */
    private readonly prompted: boolean,
  ) {}

  invoke<T>(prompt: Prompt | (() => T), body?: () => T): T {
    const { places } = this;
    if (places.current || this.prompted) {
      throw new OutsideTraceError(
        "tracer.invoke was called inside an invoke.",
        this.prompted
          ? "This trace has its prompt: leave that out, model.trace((tracer) => …)."
          : "Call it after that one.",
      ).at(callSite());
    }
    if (typeof prompt === "function") return places.within(places.whole, prompt);
    if (typeof body !== "function")
      throw new ArgumentError("tracer.invoke was given no body.", "Pass a prompt and a function.").at(callSite());
    const invoke = this.toInvoke(prompt);
    const known = places.recorder.invokes;
    const at = this.next++;
    if (JSON.stringify(known[at]) !== JSON.stringify(invoke))
      throw new Restart([...known.slice(0, at), invoke, ...known.slice(at + 1)]);
    return places.within(places.invokes[at] as PlaceTable, body);
  }

  barrier(count: number): () => void {
    const { places } = this;
    const barrier = places.recorder.enter(() => this.barriers.make(count, places.recorder.line));
    return () => {
      this.barriers.reach(barrier, this.table("A barrier").invoke);
    };
  }

  stop(): void {
    this.table("tracer.stop");
    this.places.recorder.stop();
  }

  cache(options: CacheOptions = {}): ActivationCache {
    const cache = new ActivationCache(options);
    this.caches.push({ cache, table: this.table("tracer.cache") });
    return cache;
  }

  /** When the bodies have ended: what can only be known then. @throws BarrierError, UnknownModuleError */
  finish(): void {
    if (!this.prompted && this.next < this.places.recorder.invokes.length) {
      throw new Restart(this.places.recorder.invokes.slice(0, this.next));
    }
    this.barriers.check();
    for (const { cache, table } of this.caches) this.places.within(table, () => cache.fill(table, this.index));
  }

  private table(what: string): PlaceTable {
    const { current } = this.places;
    if (current) return current;
    throw new OutsideTraceError(
      `${what} was used outside an invoke.`,
      "Use it inside tracer.invoke(prompt, () => { … }).",
    ).at(callSite());
  }
}
