/** What a trace's body is given: invokes, barriers, caches, stop. */
import {
  ArgumentError,
  type Invoke,
  OutsideTraceError,
  parseSliceText,
  type SiteSpec,
  type SpecIndex,
} from "@insitu/program";
import { Barriers } from "./barriers.ts";
import { ActivationCache, type CacheOptions } from "./cache.ts";
import { callSite } from "./callSite.ts";
import { cond } from "./cond.ts";
import { PlaceValue } from "./outputs.ts";
import type { Places, PlaceTable } from "./places.ts";
import type { Prompt } from "./prompts.ts";
import { refusePromise } from "./results.ts";
import type { Value } from "./value.ts";

/** How a body reaches the recording it is part of. `P` is what an invoke runs on. */
export interface Tracer<P = Prompt> {
  /**
   * One prompt of the batch: its body sees the prompt's own rows. Prompts of several invokes are
   * padded on the left to one length. Gives what the body returns.
   */
  invoke<T>(prompt: P, body: () => T): T;
  /** The whole batch: its body sees all rows, as the invokes before it have left them. */
  invoke<T>(body: () => T): T;
  /** A point that `count` invokes reach together. Checked when the trace is recorded. */
  barrier(count: number): () => void;
  /** In a generation: the body once for each step, with the step's number and shapes. */
  all(body: (step: number) => void): void;
  /** The same for some steps: a number, a list of them, or slice text such as "2:5". */
  iter(steps: number | string | readonly number[], body: (step: number) => void): void;
  /**
   * A branch on a bool value of the run: both sides are recorded, and their edits and what they give
   * chosen between on the device. Gives what the sides give.
   */
  cond<T>(condition: Value, then: () => T, otherwise?: () => T): T;
  /** In a generation: prompt and new tokens, int32 [rows, tokens + new]; what `model.generator.output` is. */
  readonly result: Value;
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

  all(): void {}

  iter(): void {}

  get result(): Value {
    return undefined as never;
  }

  cond<T>(): T {
    return undefined as T;
  }

  stop(): void {}

  cache(options: CacheOptions = {}): ActivationCache {
    return new ActivationCache(options);
  }
}

/** Records a body's invokes. */
export class RecordingTracer implements Tracer {
  private readonly barriers = new Barriers();
  private readonly caches: { cache: ActivationCache; invoke: number | null }[] = [];
  private next = 0;
  /** Whether the body of an edit runs: it serves traces, of one step, as well. */
  editing = false;

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
    if (typeof prompt === "function") return places.within(null, prompt);
    if (typeof body !== "function")
      throw new ArgumentError("tracer.invoke was given no body.", "Pass a prompt and a function.").at(callSite());
    const invoke = this.toInvoke(prompt);
    const known = places.recorder.invokes;
    const at = this.next++;
    if (JSON.stringify(known[at]) !== JSON.stringify(invoke))
      throw new Restart([...known.slice(0, at), invoke, ...known.slice(at + 1)]);
    return places.within(at, body);
  }

  barrier(count: number): () => void {
    const { places } = this;
    const barrier = places.recorder.enter(() => this.barriers.make(count, places.recorder.line));
    return () => {
      this.barriers.reach(barrier, this.table("A barrier").invoke);
    };
  }

  all(body: (step: number) => void): void {
    this.iter(":", body);
  }

  iter(which: number | string | readonly number[], body: (step: number) => void): void {
    const { recorder } = this.places;
    if (!recorder.generation && !this.editing) {
      throw new ArgumentError(
        "tracer.all and tracer.iter were used in a trace, which has one step.",
        "Use model.generate.",
      ).at(callSite());
    }
    const steps = recorder.enter(() => stepsOf(which, recorder.steps));
    const before = recorder.step;
    try {
      for (const step of steps) {
        recorder.step = step;
        refusePromise(body(step));
      }
    } finally {
      recorder.step = before;
    }
  }

  cond<T>(condition: Value, then: () => T, otherwise?: () => T): T {
    return cond(this.places.recorder, condition, then, otherwise);
  }

  get result(): Value {
    const { recorder } = this.places;
    return recorder.enter(() => new PlaceValue(this.afterwards("tracer.result"), this.index.site(RESULT) as SiteSpec));
  }

  stop(): void {
    this.table("tracer.stop");
    this.places.recorder.reach.stop();
  }

  cache(options: CacheOptions = {}): ActivationCache {
    const cache = new ActivationCache(options);
    this.caches.push({ cache, invoke: this.table("tracer.cache").invoke });
    return cache;
  }

  /** When the bodies have ended: what can only be known then. @throws BarrierError, UnknownModuleError */
  finish(): void {
    if (!this.prompted && this.next < this.places.recorder.invokes.length) {
      throw new Restart(this.places.recorder.invokes.slice(0, this.next));
    }
    this.barriers.check();
    const { recorder } = this.places;
    for (const { cache, invoke } of this.caches) {
      const tables = Array.from({ length: recorder.steps }, (_, step) => this.places.table(invoke, step));
      this.places.within(invoke, () => cache.fill(tables, this.index));
    }
  }

  private afterwards(what: string): PlaceTable {
    this.table(what);
    return this.places.afterwards as PlaceTable;
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

const RESULT = { module: "generator", port: "output" };

/** The steps that a loop names. @throws ArgumentError, SliceError */
function stepsOf(which: number | string | readonly number[], count: number): number[] {
  const all = Array.from({ length: count }, (_, step) => step);
  if (typeof which === "string") {
    const [term, ...more] = parseSliceText(which);
    if (more.length > 0 || term === null || typeof term !== "object" || Array.isArray(term) || !("step" in term)) {
      throw new ArgumentError(
        `tracer.iter(${JSON.stringify(which)}): that is not one slice of steps.`,
        'Write it as "2:5", ":" or "::2".',
        { which },
      );
    }
    const { start, stop, step } = term;
    if ([start, stop].some((x) => x !== null && x < 0) || (step ?? 1) < 1) {
      throw new ArgumentError(
        `tracer.iter(${JSON.stringify(which)}): steps are counted from 0.`,
        `This generation has ${count}: 0 to ${count - 1}.`,
        { which },
      );
    }
    const chosen = all.slice(start ?? 0, stop ?? count).filter((_, i) => i % (step ?? 1) === 0);
    if (chosen.length > 0) return chosen;
    throw new ArgumentError(
      `tracer.iter(${JSON.stringify(which)}) names no step.`,
      `This generation has ${count}: 0 to ${count - 1}.`,
      { which },
    );
  }
  const list = typeof which === "number" ? [which] : [...which];
  const bad = list.find((step) => !Number.isInteger(step) || step < 0 || step >= count);
  if (bad !== undefined) {
    throw new ArgumentError(
      `tracer.iter: there is no step ${bad}.`,
      `This generation has ${count}: 0 to ${count - 1}.`,
      { step: bad },
    );
  }
  return list;
}
