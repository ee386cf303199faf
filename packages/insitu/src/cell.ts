/**
 * What a Value stands for. nnsight's tensors are mutable objects; a program's nodes are not. A cell
 * is the object: it knows which node holds its numbers now, and an in-place edit gives it another.
 */
import { type IndexTerm, type NodeRef, type SiteSpec, siteKey, type TensorType } from "@insitu/program";
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

/** A tensor: of a place in the model, of an operation, or a constant. */
export class Storage implements Cell {
  /** Places where this very tensor flows: an edit of it is an edit of the model there. */
  private readonly places: { table: PlaceTable; site: SiteSpec }[] = [];
  private ref: NodeRef | undefined;

  constructor(
    readonly recorder: Recorder,
    readonly type: TensorType,
    private readonly make: () => NodeRef,
  ) {}

  node(purpose: "read" | "edit"): NodeRef {
    if (purpose === "read") this.touch();
    this.ref ??= this.make();
    return this.ref;
  }

  touch(): void {
    for (const { table, site } of this.places) if (table.holds(site, this)) this.recorder.noteRead(site);
  }

  write(node: NodeRef): void {
    this.ref = node;
    for (const { table, site } of this.places) {
      if (table.holds(site, this)) this.recorder.set(site, table.invoke, node);
    }
  }

  flowsAt(table: PlaceTable, site: SiteSpec): void {
    this.places.push({ table, site });
  }

  get flows(): boolean {
    return this.places.some(({ table, site }) => table.holds(site, this));
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

/** The tensors that flow at a model's places, as one invoke sees them. */
export class PlaceTable {
  private readonly own = new Map<string, Storage>();
  private readonly replaced = new Map<string, Storage>();

  constructor(
    readonly recorder: Recorder,
    readonly invoke: number,
  ) {}

  /** The tensor at a place: a replacement, or the one it shares with a place before, or its own. */
  at(site: SiteSpec): Storage {
    const key = siteKey(site);
    const replacement = this.replaced.get(key);
    if (replacement) return replacement;
    if (site.same) return this.at(this.recorder.index.siteByKey(site.same) as SiteSpec);
    let storage = this.own.get(key);
    if (!storage) {
      storage = new Storage(this.recorder, this.recorder.siteType(site, this.invoke), () =>
        this.recorder.get(site, this.invoke),
      );
      storage.flowsAt(this, site);
      this.own.set(key, storage);
    }
    return storage;
  }

  replace(site: SiteSpec, cell: Cell): void {
    const node = cell.node("read");
    this.recorder.set(site, this.invoke, node);
    // As in torch, the tensor given is the one that flows on, unless it flows elsewhere already.
    const bound = cell instanceof Storage && !cell.flows ? cell : new Storage(this.recorder, cell.type, () => node);
    bound.flowsAt(this, site);
    this.replaced.set(siteKey(site), bound);
  }

  holds(site: SiteSpec, storage: Storage): boolean {
    const key = siteKey(site);
    const replacement = this.replaced.get(key);
    return replacement ? replacement === storage : this.own.get(key) === storage;
  }
}
