/**
 * The tensors that flow at a model's places, as the invokes of a batch see them: each its own rows,
 * an empty invoke (and an edit of the model) all of them, in the order in which the bodies stand.
 */
import {
  ArgumentError,
  type ModuleSpec,
  type NodeRef,
  OrderError,
  type SiteSpec,
  sameShape,
  siteKey,
  siteName,
} from "@insitu/program";
import { type Cell, type Flow, Storage } from "./cell.ts";
import { isLater, type Moment } from "./moment.ts";
import type { Recorder } from "./recorder.ts";

/** The views of one recording: of each invoke, at each step. */
export class Places {
  /** The furthest place that each invoke has read so far, and where. */
  readonly furthest = new Map<number | null, Moment & { line: string | undefined }>();
  private readonly tables = new Map<string, PlaceTable>();
  /** The invoke whose body is running; undefined outside of any. */
  private running: number | null | undefined;

  constructor(readonly recorder: Recorder) {}

  /** The view of the body that is running, at the step being recorded. */
  get current(): PlaceTable | undefined {
    return this.running === undefined ? undefined : this.table(this.running, this.recorder.step);
  }

  /** What the body that is running sees after the last step. */
  get afterwards(): PlaceTable | undefined {
    return this.running === undefined ? undefined : this.table(this.running, this.recorder.steps);
  }

  get count(): number {
    return this.recorder.invokes.length;
  }

  /** One invoke's view at a step; null is the whole batch. Where there is one invoke, both are one. */
  table(invoke: number | null, step: number): PlaceTable {
    const whose = this.count === 1 ? 0 : invoke;
    const key = `${step}/${whose}`;
    const known = this.tables.get(key) ?? new PlaceTable(this, whose, step);
    this.tables.set(key, known);
    return known;
  }

  /** Runs a body as one invoke's. */
  within<T>(invoke: number | null, body: () => T): T {
    const before = this.running;
    this.running = invoke;
    try {
      return body();
    } finally {
      this.running = before;
    }
  }

  /** @throws OrderError where something downstream was already read, of any of the same rows. */
  checkUnread(place: Moment, invoke: number | null): void {
    for (const [whose, read] of this.furthest) {
      if (invoke !== null && whose !== null && whose !== invoke) continue;
      if (!isLater(read, place)) continue;
      throw new OrderError(
        `${siteName(place.site)} is edited after ${siteName(read.site)}${read.step > place.step ? ` of step ${read.step}` : ""}, which lies downstream, was read${read.line ? ` (${read.line})` : ""}.`,
        "There is one pass: put the edit before that read, or trace twice.",
        { edited: siteName(place.site), read: siteName(read.site) },
      );
    }
  }
}

/** One invoke's view at one step. */
export class PlaceTable implements Flow {
  private readonly own = new Map<string, Storage>();
  private readonly replaced = new Map<string, Storage>();
  private readonly called = new Map<string, Storage>();

  constructor(
    private readonly places: Places,
    /** The invoke's number; null for the whole batch. */
    readonly invoke: number | null,
    readonly step: number,
  ) {}

  get recorder(): Recorder {
    return this.places.recorder;
  }

  /** The tensor at a place: a replacement, or the one it shares with a place before, or its own. */
  at(site: SiteSpec): Storage {
    const key = siteKey(site);
    const known = this.replaced.get(key) ?? this.own.get(key);
    if (known) return known;
    const others = this.editedElsewhere(site);
    const type = this.recorder.siteType(site, this.invoke, this.step);
    const same = site.same ? (this.recorder.index.siteByKey(site.same) as SiteSpec) : undefined;
    // Where shapes differ it is a part of that tensor: the last position, in a generation.
    if (!others && same && sameShape(type.shape, this.recorder.siteType(same, this.invoke, this.step).shape))
      return this.at(same);
    const make = others ?? (() => this.recorder.get(site, this.invoke, this.step));
    const storage = new Storage(this.recorder, type, make);
    this.own.set(key, storage);
    storage.flowsAt(this, site);
    return storage;
  }

  /**
   * The tensor that a reader of this place sees: that of the place's first visit, which is a call with
   * hooks where the body made one, and the forward pass otherwise.
   */
  visible(site: SiteSpec): Storage {
    return this.called.get(siteKey(site)) ?? this.at(site);
  }

  /** A module was called with its hooks: its input and output were visited there. @throws ArgumentError */
  noteCall(module: ModuleSpec, input: NodeRef, output: NodeRef): void {
    const { recorder } = this;
    const sites = [recorder.site({ module: module.path, port: "input" }), recorder.index.outputOf(module)];
    if (this.places.count > 1 || recorder.index.children(module.path).length > 0 || sites.some((s) => !s)) {
      throw new ArgumentError(
        `${module.path} cannot be called with its hooks here.`,
        "Call modules without submodules so, in traces of one prompt; or without hooks.",
        { module: module.path },
      );
    }
    for (const [i, ref] of [input, output].entries()) {
      const key = siteKey(sites[i] as SiteSpec);
      if (!this.called.has(key)) this.called.set(key, new Storage(recorder, recorder.typeOf(ref), () => ref));
    }
  }

  replace(site: SiteSpec, cell: Cell): void {
    this.recorder.reach.use(site, this.step);
    const node = cell.node("read");
    // `attn.output = [hidden, pattern]` may give the pattern back as it was.
    if (site.readonly && this.at(site).node("edit") === node) return;
    // In a branch the place keeps its tensor, which takes the new numbers: the other side may keep the old.
    if (this.recorder.writes) {
      this.at(site).write(node);
      return;
    }
    this.set(site, node);
    // As in torch, the tensor given is the one that flows on, unless it flows elsewhere already.
    const bound = cell instanceof Storage && !cell.flows ? cell : new Storage(this.recorder, cell.type, () => node);
    bound.flowsAt(this, site);
    this.replaced.set(siteKey(site), bound);
  }

  /** Leaves a module out: `cell` is its output instead. @throws OrderError, as an edit of its input would. */
  skip(module: ModuleSpec, output: SiteSpec, cell: Cell): void {
    const { recorder } = this;
    const input = recorder.site({ module: module.path, port: "input" }) as SiteSpec;
    recorder.reach.use(output, this.step);
    const node = cell.node("read");
    if (recorder.writes) {
      throw new ArgumentError(
        "skip() was called in tracer.cond.",
        "Skip outside, or choose the module's output with where.",
      );
    }
    const moment = { site: input, step: this.step };
    recorder.needBefore(moment, node);
    this.places.checkUnread(moment, this.invoke);
    recorder.skip(module, this.invoke, node);
    const storage = new Storage(recorder, cell.type, () => node);
    storage.flowsAt(this, output);
    this.replaced.set(siteKey(output), storage);
  }

  holds(site: SiteSpec, storage: Storage): boolean {
    const key = siteKey(site);
    return (this.replaced.get(key) ?? this.own.get(key)) === storage;
  }

  /** The user saw this place's value: edits upstream of it have lost their meaning. */
  noteRead(site: SiteSpec): void {
    const read = { site, step: this.step, line: this.recorder.line };
    const before = this.places.furthest.get(this.invoke);
    if (!before || isLater(read, before)) this.places.furthest.set(this.invoke, read);
  }

  /** @throws OrderError, ArgumentError for a place that can only be read */
  set(site: SiteSpec, node: NodeRef): void {
    if (site.readonly) {
      throw new ArgumentError(
        `${siteName(site)} can only be read: nothing sees an edit of it.`,
        site.module.endsWith(".attn")
          ? "Edit attn.source.pattern."
          : "Edit what it decides: the prompt's own mask, or the attention scores.",
        { site: siteName(site) },
      );
    }
    const moment = { site, step: this.step };
    this.recorder.needBefore(moment, node);
    this.places.checkUnread(moment, this.invoke);
    this.recorder.set(site, this.invoke, this.step, node);
  }

  /** How to make this view's tensor out of what bodies before have made of the place; undefined where none has. */
  private editedElsewhere(site: SiteSpec): (() => number) | undefined {
    const { places, recorder, step } = this;
    if (places.count === 1) return undefined;
    if (this.invoke !== null) {
      const all = places.table(null, step).editedAt(site);
      if (!all) return undefined;
      const { start, count } = recorder.rows(this.invoke);
      return () => recorder.op("at", [all.node("edit")], { index: [{ start, stop: start + count, step: null }] });
    }
    const invokes = recorder.invokes.map((_, i) => places.table(i, step));
    if (!invokes.some((table) => table.editedAt(site))) return undefined;
    return () =>
      recorder.op(
        "concat",
        invokes.map((table) => table.at(site).node("edit")),
        { axis: 0 },
      );
  }

  private editedAt(site: SiteSpec): Storage | undefined {
    const key = siteKey(site);
    const replacement = this.replaced.get(key);
    if (replacement) return replacement;
    const own = this.own.get(key);
    return own?.edited ? own : undefined;
  }
}
