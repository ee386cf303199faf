/**
 * What a Value stands for. nnsight's tensors are mutable objects; a program's nodes are not. A cell
 * is the object: it knows which node holds its numbers now, and an in-place edit gives it another.
 */
import { ArgumentError, type IndexTerm, type NodeRef, type SiteSpec, type TensorType } from "@insitu/program";
import type { Recorder } from "./recorder.ts";

export interface Cell {
  readonly recorder: Recorder;
  readonly type: TensorType;
  /** The node that holds the numbers now. `edit` when only to make an edited version of them. */
  node(purpose: "read" | "edit"): NodeRef;
  /** The numbers are from now on those of `node`. */
  write(node: NodeRef): void;
  /** Notes a read to come, at the end of the body. @throws SliceError for what cannot be read. */
  touch(): void;
}

/** Where a tensor flows: what is told of its reads and edits. */
export interface Flow {
  /** Whether the tensor still flows there, and has not been replaced since. */
  holds(site: SiteSpec, storage: Storage): boolean;
  noteRead(site: SiteSpec): void;
  set(site: SiteSpec, node: NodeRef): void;
}

/** A tensor: of a place in the model, of an operation, or a constant. */
export class Storage implements Cell {
  /** Places where this very tensor flows: an edit of it is an edit of the model there. */
  private readonly places: { flow: Flow; site: SiteSpec }[] = [];
  private ref: NodeRef | undefined;
  /** Whether it was edited in place. */
  edited = false;

  constructor(
    readonly recorder: Recorder,
    readonly type: TensorType,
    private readonly make: () => NodeRef,
    /** Why it cannot be edited, for parameters. */
    private readonly frozen?: string,
  ) {}

  node(purpose: "read" | "edit"): NodeRef {
    if (purpose === "read") this.touch();
    this.ref ??= this.make();
    return this.ref;
  }

  touch(): void {
    for (const { flow, site } of this.places) if (flow.holds(site, this)) flow.noteRead(site);
  }

  write(node: NodeRef): void {
    if (this.frozen) {
      throw new ArgumentError(
        `${this.frozen} was edited in place, and can only be read.`,
        this.frozen.endsWith("attn.output.1")
          ? "Edit attn.source.pattern."
          : "Edit what a module takes or gives, or a .clone().",
      );
    }
    const branch = this.recorder.writes;
    if (branch) {
      if (!branch.before.has(this)) branch.before.set(this, this.ref);
      branch.writes.set(this, node);
      this.ref = node;
      return;
    }
    this.ref = node;
    this.edited = true;
    for (const { flow, site } of this.places) if (flow.holds(site, this)) flow.set(site, node);
  }

  /** Takes a branch's edits back. */
  restore(node: NodeRef | undefined): void {
    this.ref = node;
  }

  flowsAt(flow: Flow, site: SiteSpec): void {
    this.places.push({ flow, site });
  }

  get flows(): boolean {
    return this.places.some(({ flow, site }) => flow.holds(site, this));
  }
}

/** What an index selects of another cell. Reading makes a new node; writing writes through. */
export class ViewCell implements Cell {
  readonly type: TensorType;

  constructor(
    private readonly base: Cell,
    private readonly terms: readonly IndexTerm[],
    private readonly operands: readonly NodeRef[],
    type: TensorType,
    /** A mask selects an unknown number: edits see the whole, and are put back under the mask. */
    private readonly wholeTerms: readonly IndexTerm[],
  ) {
    this.type = type;
  }

  get recorder(): Recorder {
    return this.base.recorder;
  }

  node(purpose: "read" | "edit"): NodeRef {
    const terms = purpose === "edit" ? this.wholeTerms : this.terms;
    const masked = purpose === "edit" && this.wholeTerms !== this.terms;
    return this.recorder.op("at", [this.base.node(purpose), ...(masked ? [] : this.operands)], { index: [...terms] });
  }

  touch(): void {
    if (this.wholeTerms === this.terms) this.base.touch();
    else this.node("read");
  }

  write(node: NodeRef): void {
    this.base.write(
      this.recorder.op("put", [this.base.node("edit"), node, ...this.operands], { index: [...this.terms] }),
    );
  }
}
