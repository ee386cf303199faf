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
  siteKey,
  siteName,
} from "@insitu/program";
import { type Cell, type Flow, Storage } from "./cell.ts";
import type { Recorder } from "./recorder.ts";

/** The tables of one recording. */
export class Places {
  readonly whole: PlaceTable;
  readonly invokes: readonly PlaceTable[];
  /** The table of the invoke whose body is running. */
  current: PlaceTable | undefined;

  constructor(readonly recorder: Recorder) {
    this.invokes = recorder.invokes.map((_, i) => new PlaceTable(this, i));
    // Where one invoke is the whole batch, both are one table.
    this.whole = this.invokes.length === 1 ? (this.invokes[0] as PlaceTable) : new PlaceTable(this, null);
  }

  /** Runs a body as one invoke's. */
  within<T>(table: PlaceTable, body: () => T): T {
    const before = this.current;
    this.current = table;
    try {
      return body();
    } finally {
      this.current = before;
    }
  }
}

/** One invoke's view. */
export class PlaceTable implements Flow {
  private readonly own = new Map<string, Storage>();
  private readonly replaced = new Map<string, Storage>();
  private readonly called = new Map<string, Storage>();
  /** The furthest place read so far, and where. */
  private furthest: { site: SiteSpec; line: string | undefined } | undefined;

  constructor(
    private readonly places: Places,
    /** The invoke's number; null for the whole batch. */
    readonly invoke: number | null,
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
    if (!others && site.same) return this.at(this.recorder.index.siteByKey(site.same) as SiteSpec);
    const make = others ?? (() => this.recorder.get(site, this.invoke));
    const storage = new Storage(this.recorder, this.recorder.siteType(site, this.invoke), make);
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
    if (this.places.invokes.length > 1 || recorder.index.children(module.path).length > 0 || sites.some((s) => !s)) {
      throw new ArgumentError(
        `${module.path} cannot be called with its hooks here.`,
        "Call modules without submodules so, in traces of one prompt; or call it without hooks.",
        { module: module.path },
      );
    }
    for (const [i, ref] of [input, output].entries()) {
      const key = siteKey(sites[i] as SiteSpec);
      if (!this.called.has(key)) this.called.set(key, new Storage(recorder, recorder.typeOf(ref), () => ref));
    }
  }

  replace(site: SiteSpec, cell: Cell): void {
    this.recorder.use(site);
    const node = cell.node("read");
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
    recorder.use(output);
    const node = cell.node("read");
    recorder.needBefore(input, node);
    this.checkUnread(input);
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
    if (!this.furthest || site.stage > this.furthest.site.stage) this.furthest = { site, line: this.recorder.line };
  }

  /** @throws OrderError where something downstream was already read, of any of the same rows. */
  set(site: SiteSpec, node: number): void {
    if (site.readonly) {
      throw new ArgumentError(
        `${siteName(site)} can only be read: nothing sees an edit of it.`,
        "Edit what it decides: the prompt's own mask, or the attention scores.",
        { site: siteName(site) },
      );
    }
    this.recorder.needBefore(site, node);
    const { whole, invokes } = this.places;
    for (const table of this === whole ? [whole, ...invokes] : [this, whole]) table.checkUnread(site);
    this.recorder.set(site, this.invoke, node);
  }

  private checkUnread(site: SiteSpec): void {
    const { furthest } = this;
    if (!furthest || furthest.site.stage <= site.stage) return;
    throw new OrderError(
      `${siteName(site)} is edited after ${siteName(furthest.site)}, which lies downstream, was read${furthest.line ? ` (${furthest.line})` : ""}.`,
      "There is one forward pass: put the edit before that read, or trace twice.",
      { edited: siteName(site), read: siteName(furthest.site) },
    );
  }

  /** How to make this view's tensor out of what bodies before have made of the place; undefined where none has. */
  private editedElsewhere(site: SiteSpec): (() => number) | undefined {
    const { whole, invokes } = this.places;
    const { recorder } = this;
    if (this !== whole) {
      const all = whole.editedAt(site);
      if (!all) return undefined;
      const { start, count } = recorder.rows(this.invoke);
      return () => recorder.op("at", [all.node("edit")], { index: [{ start, stop: start + count, step: null }] });
    }
    if (!invokes.some((table) => table !== this && table.editedAt(site))) return undefined;
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
