/**
 * One forward pass for many executions. The batch begins with the rows that all of them share; an
 * execution that edits joins it, with rows of its own, where its first edit stands. Row r of the
 * batch is always a copy of, or a variant of, row r % rows of the shared ones.
 */
import { type InsituError, type ModuleSpec, type SpecIndex, siteKey } from "@insitu/program";
import { type Execution, PASS_DONE } from "../execution.ts";
import type { Hooks } from "../hooks.ts";
import type { Span } from "../narrow.ts";
import type { Plan } from "../plan.ts";
import type { JoinPoint } from "../runnable.ts";
import * as tf from "../tf.ts";
import { type BatchLayout, CopiedBatch } from "./batchLayout.ts";
import type { RaggedBatch } from "./raggedBatch.ts";

export interface Variant {
  execution: Execution;
  plan: Plan;
  /** Where it joins the batch; undefined for one that edits nothing, or edits the shared rows. */
  joinsAt: JoinPoint | undefined;
  /** The first position that its edits change; only looked at in a ragged batch. */
  from: number;
  /** What its errors become. */
  explain: (error: unknown) => InsituError;
}

/** A variant in the course of the pass. */
interface Part extends Variant {
  /** Which copy of the shared rows is its own; 0, the shared rows themselves, until it joins. */
  copy: number;
  done: boolean;
  /** A module that it leaves out, whose inside does not pass for it, and what stands for the output. */
  leftOut: { module: string; site: string; output: tf.Tensor } | undefined;
}

export class JointHooks implements Hooks {
  /** By site: the parts that read, compute or replace there, and those that join there. */
  private readonly working = new Map<string, Part[]>();
  private readonly joining = new Map<string, Part[]>();
  /** By module: the parts that leave it out, and the ports at which values are needed. */
  private readonly skipping = new Map<string, Part[]>();
  private readonly ports = new Map<string, Set<string>>();
  /** By site: the parts whose output something else stands for. */
  private readonly standing = new Map<string, Part[]>();
  private readonly parts: Part[];
  /** Those with rows of their own, in the rows' order. */
  private readonly joined: Part[] = [];
  private readonly copied: CopiedBatch;

  constructor(
    variants: readonly Variant[],
    /** How many rows are shared. */
    private readonly rows: number,
    private readonly index: SpecIndex,
    /** The positions whose logits some part needs; undefined where all are. Every plan must hold to it. */
    readonly logits: Span | undefined,
    /** Where copies may begin late: every value that a part works on behind a join is of rows and positions. */
    private readonly layout: RaggedBatch | undefined,
  ) {
    this.copied = new CopiedBatch(rows);
    this.parts = variants.map((v) => ({ ...v, copy: 0, done: v.plan.lastStage < 0, leftOut: undefined }));
    for (const part of this.parts) if (!part.done) this.enter(part);
  }

  /** Whether no part needs the pass any further. */
  get done(): boolean {
    return this.parts.every((part) => part.done);
  }

  get ragged(): RaggedBatch | undefined {
    return this.joined.length > 0 ? this.layout : undefined;
  }

  visit(module: string, port: string, value: tf.Tensor): tf.Tensor {
    return this.visitGroup(module, [port], [value])[0] as tf.Tensor;
  }

  visitGroup(module: string, ports: readonly string[], values: readonly tf.Tensor[]): tf.Tensor[] {
    const sites = ports.map((port) => `${module}:${port}`);
    const flowing = values.map((value) => this.forAll(value));
    const visitors = this.visitorsOf(module, sites);
    const joiners = sites.map((site) => (this.joining.get(site) ?? []).filter((part) => !part.done));
    if (visitors.size === 0 && joiners.every((j) => j.length === 0)) return flowing;
    const shared = flowing.map((value, place) => {
      const visited = [...visitors].some(([part, places]) => part.copy === 0 && places.includes(place));
      return visited || (joiners[place] as Part[]).length > 0 ? this.rowsOf(value, 0) : value;
    });
    const changes = sites.map(() => new Map<Part, tf.Tensor>());
    for (const [part, places] of visitors) {
      const changed = this.serve(part, module, places, { ports, sites, flowing, shared });
      for (const [i, value] of changed.entries()) if (value) changes[places[i] as number]?.set(part, value);
    }
    if (this.done) throw PASS_DONE;
    return flowing.map((value, place) =>
      this.rebuilt(
        value,
        shared[place] as tf.Tensor,
        changes[place] as Map<Part, tf.Tensor>,
        (joiners[place] as Part[]).filter((part) => !part.done),
      ),
    );
  }

  taps(module: string, ...ports: readonly string[]): boolean {
    // What stands for a module that some leave out is put in place where its output passes.
    if (this.skipping.has(module)) return true;
    const tapped = this.ports.get(module);
    return tapped !== undefined && (ports.length === 0 || ports.some((port) => tapped.has(port)));
  }

  /** The module runs, for those that do not leave it out; what stands for it takes its place afterwards. */
  skipped(module: string): undefined {
    const parts = this.skipping.get(module)?.filter((part) => !part.done && !part.leftOut) ?? [];
    for (const part of parts) {
      const site = siteKey(this.index.outputOf(this.index.module(module) as ModuleSpec) ?? { module, port: "output" });
      const output = attempt(part, () => part.execution.skipped(module)) as tf.Tensor;
      part.leftOut = { module, site, output };
      push(this.standing, site, part);
    }
  }

  private enter(part: Part): void {
    const tap = (site: string) => {
      const colon = site.indexOf(":");
      const module = site.slice(0, colon);
      this.ports.set(module, (this.ports.get(module) ?? new Set()).add(site.slice(colon + 1)));
    };
    for (const key of part.plan.stageOf.keys()) {
      const site = withoutStep(key);
      push(this.working, site, part);
      tap(site);
    }
    for (const key of part.plan.skips.keys()) push(this.skipping, withoutStep(key), part);
    if (!part.joinsAt) return;
    push(this.joining, siteKey(part.joinsAt), part);
    for (const site of [part.joinsAt, ...(part.joinsAt.alongside ?? [])]) tap(siteKey(site));
  }

  /** The parts with something to do at these sites, each with their places in the group. */
  private visitorsOf(module: string, sites: readonly string[]): Map<Part, number[]> {
    const visitors = new Map<Part, number[]>();
    for (const [place, site] of sites.entries()) {
      const standing = this.standing.get(site) ?? [];
      this.standing.delete(site);
      for (const part of new Set([...(this.working.get(site) ?? []), ...standing])) {
        const outside = !part.leftOut || part.leftOut.site === site || !isWithin(module, part.leftOut.module);
        if (!part.done && outside) visitors.set(part, [...(visitors.get(part) ?? []), place]);
      }
    }
    return visitors;
  }

  /** Lets a part read and replace its rows. Gives, place by place, what it replaced them by. */
  private serve(
    part: Part,
    module: string,
    places: readonly number[],
    { ports, sites, flowing, shared }: Passing,
  ): (tf.Tensor | undefined)[] {
    const { leftOut } = part;
    const stands = (place: number) => leftOut?.site === sites[place];
    const changed = attempt(part, () =>
      tf.tidy(() => {
        const given = places.map((place) => {
          if (stands(place)) return (leftOut as NonNullable<Part["leftOut"]>).output;
          return part.copy === 0 ? (shared[place] as tf.Tensor) : this.rowsOf(flowing[place] as tf.Tensor, part.copy);
        });
        const named = places.map((place) => ports[place] as string);
        const passed = part.execution.visitGroup(module, named, given);
        return passed.map((value, i) => (value === given[i] && !stands(places[i] as number) ? undefined : value));
      }),
    );
    if (places.some(stands)) part.leftOut = undefined;
    if (!changed) part.done = true;
    return changed ?? [];
  }

  /** What flows on: changed rows in their places, and the rows of those that join here behind them. */
  private rebuilt(
    value: tf.Tensor,
    shared: tf.Tensor,
    changed: ReadonlyMap<Part, tf.Tensor>,
    joiners: readonly Part[],
  ): tf.Tensor {
    if (changed.size === 0 && joiners.length === 0) return value;
    const inPlace = this.inOrder(changed, joiners);
    // Before anybody has joined the rows are as the model made them.
    if (this.joined.length === 0 && joiners.length === 0) return (inPlace[0] as [Part, tf.Tensor])[1];
    const layout = this.layoutOf(value);
    const pieces: tf.Tensor[] = [];
    let from = 0;
    const upTo = (copy: number) => {
      if (copy > from)
        pieces.push(this.joined.length === 0 ? layout.ownOf(value, 0) : layout.partOf(value, from, copy - from));
      from = copy + 1;
    };
    for (const [part, own] of inPlace) {
      upTo(part.copy);
      pieces.push(layout.ownOf(own, part.copy === 0 ? 0 : part.from));
    }
    upTo(this.joined.length + 1);
    // Those without a change stand together, so that one operation makes their rows.
    const unchanged = joiners.filter((part) => !changed.has(part));
    const changing = joiners.filter((part) => changed.has(part));
    const starts = unchanged.map((part) => part.from);
    if (unchanged.length > 0) pieces.push(layout.ownOfShared(shared, starts));
    for (const part of changing) pieces.push(layout.ownOf(changed.get(part) as tf.Tensor, part.from));
    for (const part of [...unchanged, ...changing]) {
      part.copy = this.joined.push(part);
      this.copied.add();
      if (layout === this.layout) layout.add(part.from);
    }
    return layout.joined(pieces);
  }

  /** The changes to rows that are in the batch already. */
  private inOrder(changed: ReadonlyMap<Part, tf.Tensor>, joiners: readonly Part[]): [Part, tf.Tensor][] {
    if (changed.size === 0) return [];
    return [...changed].filter(([part]) => !joiners.includes(part)).sort(([a], [b]) => a.copy - b.copy);
  }

  /** A value with the rows of every copy: what enters the pass behind a join has the shared ones alone. */
  private forAll(value: tf.Tensor): tf.Tensor {
    if (this.joined.length === 0 || this.layout?.isFlat(value) || value.shape[0] !== this.rows) return value;
    return (this.layout ?? this.copied).spread(value);
  }

  private rowsOf(value: tf.Tensor, copy: number): tf.Tensor {
    return this.joined.length === 0 ? value : this.layoutOf(value).rowsOf(value, copy);
  }

  /** How a value is laid out, or is to be once somebody joins. */
  private layoutOf(value: tf.Tensor): BatchLayout {
    const { layout, joined } = this;
    const ragged = layout && (joined.length === 0 ? value.shape[1] === layout.tokens : layout.isFlat(value));
    return ragged ? layout : this.copied;
  }
}

/** A group of values on their way, whole and as the parts without rows of their own see them. */
interface Passing {
  ports: readonly string[];
  sites: readonly string[];
  flowing: readonly tf.Tensor[];
  shared: readonly tf.Tensor[];
}

/** Undefined where the part needs nothing further. */
function attempt<T>(part: Part, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error === PASS_DONE) return undefined;
    throw part.explain(error);
  }
}

/** A trace has one step; its keys begin with it. */
const withoutStep = (key: string): string => key.slice(key.indexOf("/") + 1);

const isWithin = (module: string, outer: string): boolean => module === outer || module.startsWith(`${outer}.`);

function push<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
