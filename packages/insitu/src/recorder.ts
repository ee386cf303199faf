/** Records a body: the nodes it makes, in order, and what is read and edited where. */
import {
  type Attrs,
  type Backward,
  batchDims,
  checkGeneration,
  type DType,
  dimsAtStep,
  encodeData,
  type Generation,
  type HeldNode,
  type Hold,
  InsituError,
  type Invoke,
  inferCall,
  inferOp,
  type ModelSpec,
  type ModuleSpec,
  type Node,
  type NodeRef,
  OrderError,
  OutsideTraceError,
  PROGRAM_VERSION,
  type PromptDims,
  rowRanges,
  type Save,
  type Site,
  type SiteSpec,
  type SpecIndex,
  siteName,
  siteType,
  type TensorData,
  type TensorType,
  type TraceProgram,
  ValueUseError,
} from "@insitu/program";
import { callSite } from "./callSite.ts";
import type { Held } from "./held.ts";
import { AFTERWARDS, isLater, type Moment } from "./moment.ts";
import { Reach } from "./reach.ts";
import type { Tensor } from "./tensor.ts";

/** A value that `save()` was called on. */
export interface Kept {
  finalNode(): NodeRef;
  /** Undefined for what the run never reached. */
  resolve(tensor: Tensor | undefined): void;
}

/** A value whose gradient the next backward pass without a body is to save. */
export interface Retained {
  keepGrad(): void;
}

/** A tensor that a branch may edit. */
export interface Branched {
  node(purpose: "read" | "edit"): NodeRef;
  write(node: NodeRef): void;
  restore(node: NodeRef | undefined): void;
}

/** How a recording makes values that outlive it. @throws OutsideTraceError where there is no session. */
export interface SessionLink {
  hold(shape: readonly number[], dtype: DType): Held;
}

export class Recorder {
  readonly nodes: Node[] = [];
  readonly types: (TensorType | undefined)[] = [];
  readonly saves: Save[] = [];
  readonly holds: Hold[] = [];
  readonly backwards: Backward[] = [];
  /** Values to save, in the order of their `save()` calls. */
  readonly toSave: Kept[] = [];
  readonly retained: Retained[] = [];
  /** Values to leave on the device, by the names given to them. */
  readonly toHold: { value: Kept; id: string }[] = [];
  readonly dims: PromptDims;
  /** How far the pass goes, and what it leaves out. */
  readonly reach = new Reach();
  /** The step of the generation that is being recorded; 0 outside its loops, and in a trace. */
  step = 0;
  private readonly used = new Set<NodeRef>();
  /** For each node, the place furthest downstream that it is made of. */
  readonly latest: (Moment | undefined)[] = [];
  private readonly scalars = new Map<string, NodeRef>();
  /** Within a branch, its edits so far, and what was there before them. */
  writes: { writes: Map<Branched, NodeRef>; before: Map<Branched, NodeRef | undefined> } | undefined;
  private depth = 0;
  /** The user's line that is being recorded. */
  line: string | undefined;
  private open = true;

  /** @throws PromptError */
  constructor(
    readonly index: SpecIndex,
    readonly invokes: readonly Invoke[],
    /** The session that the trace is part of. */
    readonly session?: SessionLink,
    /** How to generate; undefined for a trace. */
    readonly generation?: Generation,
  ) {
    this.dims = batchDims(index.spec, invokes);
    if (generation) checkGeneration(index.spec, this.dims.tokens, generation);
  }

  /** How many steps there are. */
  get steps(): number {
    return this.generation?.maxNewTokens ?? 1;
  }

  get spec(): ModelSpec {
    return this.index.spec;
  }

  /** Runs one call of the user's: what it records, and the errors it throws, carry the user's line. */
  enter<T>(work: () => T): T {
    if (!this.open) {
      throw new OutsideTraceError(
        "This value belongs to a trace that has ended.",
        "Use its .value, a constant in another trace.",
      ).at(callSite());
    }
    if (this.depth === 0) this.line = callSite();
    this.depth++;
    try {
      return work();
    } catch (error) {
      throw error instanceof InsituError ? error.at(this.line) : error;
    } finally {
      this.depth--;
    }
  }

  op(op: string, inputs: readonly NodeRef[], attrs: Attrs = {}): NodeRef {
    const type = inferOp(
      op,
      inputs.map((ref) => this.typeOf(ref)),
      attrs,
    );
    const bare = Object.keys(attrs).length === 0;
    return this.add({ kind: "op", op, inputs: [...inputs], ...(bare ? {} : { attrs }) }, type);
  }

  constant(data: TensorData, type: TensorType): NodeRef {
    const make = () =>
      this.add({ kind: "const", dtype: type.dtype, shape: [...type.shape], data: encodeData(data) }, type);
    if (type.shape.length > 0) return make();
    const key = `${type.dtype} ${data[0]}`;
    const known = this.scalars.get(key) ?? make();
    this.scalars.set(key, known);
    return known;
  }

  held(node: HeldNode): NodeRef {
    return this.add(node, { shape: node.shape, dtype: node.dtype });
  }

  parameter(module: ModuleSpec, name: string): NodeRef {
    const shape = module.params.find((p) => p.name === name)?.shape ?? [];
    return this.add({ kind: "param", module: module.path, name }, { shape, dtype: "float32" });
  }

  call(module: ModuleSpec, inputs: readonly NodeRef[]): NodeRef {
    return this.add(
      { kind: "call", module: module.path, inputs: [...inputs] },
      inferCall(
        module,
        inputs.map((ref) => this.typeOf(ref)),
      ),
    );
  }

  get(site: SiteSpec, invoke: number | null, step: number): NodeRef {
    const { module, port } = site;
    return this.add({ kind: "get", module, port, invoke, ...stepOf(step) }, this.siteType(site, invoke, step));
  }

  set(site: SiteSpec, invoke: number | null, step: number, value: NodeRef): void {
    this.used.add(value);
    this.add({ kind: "set", module: site.module, port: site.port, invoke, ...stepOf(step), value }, undefined);
  }

  skip(module: ModuleSpec, invoke: number | null, value: NodeRef): void {
    this.used.add(value);
    this.reach.skip(module.path, invoke, this.step, this.line);
    this.add({ kind: "skip", module: module.path, invoke, ...stepOf(this.step), value }, undefined);
  }

  /** Declares a backward pass. */
  backward(loss: NodeRef): number {
    this.used.add(loss);
    return this.backwards.push(this.line ? { loss, line: this.line } : { loss }) - 1;
  }

  /** Whether a value is made of gradients. */
  isGradient(ref: NodeRef): boolean {
    return this.latest[ref] === AFTERWARDS;
  }

  grad(backward: number, of: NodeRef): NodeRef {
    this.used.add(of);
    return this.add({ kind: "grad", backward, of }, this.typeOf(of));
  }

  setGrad(backward: number, of: NodeRef, value: NodeRef): void {
    this.used.add(value);
    this.add({ kind: "setGrad", backward, of, value }, undefined);
  }

  /** Records one side of a branch: its edits are collected, not made. */
  branch<T>(body: () => T): { result: T; writes: Map<Branched, NodeRef> } {
    const outer = this.writes;
    const writes = new Map<Branched, NodeRef>();
    const before = new Map<Branched, NodeRef | undefined>();
    this.writes = { writes, before };
    try {
      return { result: body(), writes };
    } finally {
      this.writes = outer;
      for (const [cell, node] of before) cell.restore(node);
    }
  }

  save(node: NodeRef): Save {
    const save: Save = { node };
    this.used.add(node);
    this.saves.push(save);
    return save;
  }

  hold(node: NodeRef, id: string): void {
    this.used.add(node);
    this.holds.push({ node, id });
  }

  typeOf(ref: NodeRef): TensorType {
    const type = this.types[ref];
    if (!type) throw new Error(`node ${ref} makes no value`);
    return type;
  }

  siteType(site: SiteSpec, invoke: number | null, step: number): TensorType {
    const dims = this.generation ? dimsAtStep(this.dims, step, this.steps) : this.dims;
    return siteType(site, { ...dims, rows: this.rows(invoke).count });
  }

  /** The rows of the batch that an invoke owns; all of them for null. */
  rows(invoke: number | null): { start: number; count: number } {
    if (invoke === null) return { start: 0, count: this.dims.rows };
    return rowRanges(this.invokes)[invoke] as { start: number; count: number };
  }

  site(site: Site): SiteSpec | undefined {
    return this.index.site(site);
  }

  /** Ends the recording: from now on, what uses its values is told that their trace has ended. */
  end(): void {
    this.open = false;
  }

  /** @throws ValueUseError for a comparison whose result went nowhere. */
  checkUsed(): void {
    const idle = this.nodes.findIndex(
      (node, ref) => node.kind === "op" && this.types[ref]?.dtype === "bool" && !this.used.has(ref),
    );
    if (idle < 0) return;
    const node = this.nodes[idle] as Node & { kind: "op" };
    throw new ValueUseError(
      `The result of ${node.op} is never used. As a JavaScript condition (if, &&, ?:) a recorded value is always true.`,
      "Use tracer.cond or where; or await the value in one trace and branch before the next.",
      { op: node.op },
    ).at(node.line);
  }

  program(): TraceProgram {
    return {
      version: PROGRAM_VERSION,
      model: this.spec.fingerprint,
      mode: this.generation ? "generate" : "trace",
      ...(this.generation ? { generation: this.generation } : {}),
      invokes: this.invokes.map((invoke) => ({ ...invoke })),
      nodes: this.nodes,
      saves: this.saves,
      ...(this.holds.length > 0 ? { holds: this.holds } : {}),
      ...(this.backwards.length > 0 ? { backwards: this.backwards } : {}),
    };
  }

  private add(node: Node, type: TensorType | undefined): NodeRef {
    let latest: Moment | undefined =
      node.kind === "get"
        ? { site: this.site(node) as SiteSpec, step: node.step ?? 0 }
        : node.kind === "grad"
          ? AFTERWARDS
          : undefined;
    if (node.kind === "op" || node.kind === "call") {
      for (const input of node.inputs) {
        this.used.add(input);
        const source = this.latest[input];
        if (source && (!latest || isLater(source, latest))) latest = source;
      }
    }
    this.latest.push(latest);
    this.nodes.push(this.line ? { ...node, line: this.line } : node);
    this.types.push(type);
    return this.nodes.length - 1;
  }

  /** A replacement can only be made of what exists when its place passes. @throws OrderError */
  needBefore(place: Moment, value: NodeRef): void {
    const source = this.latest[value];
    if (source && isLater(source, place)) {
      const { site } = place;
      throw new OrderError(
        `${siteName(site)} would be replaced by something made of ${siteName(source.site)}${source.step > place.step && source !== AFTERWARDS ? ` of step ${source.step}` : ""}, which does not exist yet when it passes.`,
        "Read it in one trace, and use its .value in the next.",
        { edited: siteName(site), needed: siteName(source.site) },
      );
    }
  }
}

const stepOf = (step: number): { step?: number } => (step === 0 ? {} : { step });
