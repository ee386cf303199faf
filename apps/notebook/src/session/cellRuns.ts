/** What became of each cell's last run, and whether that still holds. */
import type { Cell } from "../notebook/notebook.ts";
import type { Output } from "../outputs/output.ts";
import type { CellRun, RunState } from "./sessionState.ts";

interface Record {
  state: RunState;
  /** What was run. */
  source?: string;
  count?: number;
  milliseconds?: number;
  outputs: readonly Output[];
  dropped: number;
  defines: readonly string[];
  uses: readonly string[];
  /** Of the names that it used, which run of which cell had given them. */
  makers: ReadonlyMap<string, { readonly id: string; readonly count: number | undefined }>;
  /** The model it ran on. */
  model?: unknown;
  /** Of a sandbox that is no more. */
  gone: boolean;
  /** Whether what is shown is of the run that goes on: until then, nothing moves. */
  fresh: boolean;
}

export class CellRuns {
  private readonly records = new Map<string, Record>();
  private counted = 0;
  /** What a cell that names `model` has to have run on. */
  model: unknown;

  set(id: string, state: RunState): void {
    this.of(id).state = state;
  }

  begin(cell: Cell): void {
    const record = this.of(cell.id);
    Object.assign(record, {
      state: "running",
      source: cell.source,
      count: ++this.counted,
      gone: false,
      fresh: false,
      model: this.model,
    });
    delete record.milliseconds;
  }

  end(id: string, end: Pick<Record, "state" | "milliseconds" | "defines" | "uses">, error?: Output): void {
    const record = this.records.get(id);
    if (!record) return;
    Object.assign(record, end, { makers: this.makersOf(id, end.uses) });
    // It waited for the first one to load.
    record.model ??= this.model;
    const outputs = record.fresh ? record.outputs : [];
    record.outputs = error ? [...outputs, error] : outputs;
  }

  /** Outputs from a place on; those of a run before go with the first. */
  show(id: string, from: number, outputs: readonly Output[], dropped: number): void {
    const record = this.of(id);
    record.outputs = [...(record.fresh ? record.outputs.slice(0, from) : []), ...outputs];
    record.dropped = dropped;
    record.fresh = true;
  }

  clear(ids: readonly string[] | undefined): void {
    for (const id of ids ?? this.records.keys()) {
      const record = this.records.get(id);
      if (record && record.state !== "running" && record.state !== "queued") this.records.delete(id);
    }
  }

  /** The variables are gone: what is shown was true once. */
  forget(): void {
    for (const record of this.records.values()) {
      record.gone = true;
      if (record.state !== "queued" && record.state !== "running") record.state = "idle";
    }
  }

  remove(id: string): void {
    this.records.delete(id);
  }

  /** As the page draws it. */
  view(cells: readonly Cell[]): ReadonlyMap<string, CellRun> {
    const stale = this.stale(cells);
    const views = new Map<string, CellRun>();
    for (const { id } of cells) {
      const record = this.records.get(id);
      if (!record) continue;
      const { state, count, milliseconds, outputs, dropped } = record;
      views.set(id, { state, stale: stale.has(id), count, milliseconds, outputs, dropped });
    }
    return views;
  }

  /**
   * Cells whose last run no longer holds: their text changed, a name that they use was made anew since, or by a cell that is
   * stale itself; the model is another; the sandbox is.
   */
  private stale(cells: readonly Cell[]): Set<string> {
    const ran = cells.flatMap((cell) => {
      const record = this.records.get(cell.id);
      return record?.count !== undefined ? [{ cell, record }] : [];
    });
    const stale = new Set<string>();
    const places = new Map(cells.map(({ id }, place) => [id, place]));
    // In the order in which they ran: what is used was made before.
    for (const { cell, record } of ran.toSorted((a, b) => a.record.count! - b.record.count!)) {
      if (record.state === "running" || record.state === "queued") continue;
      const place = places.get(cell.id)!;
      const usesModel = record.uses.includes("model");
      const outdated = record.uses.some((name) => {
        const { id, count } = record.makers.get(name) ?? {};
        const maker = id === undefined ? undefined : this.records.get(id);
        if (maker && (maker.count !== count || stale.has(id!))) return true;
        // One that stands nearer above gives the name by now.
        const above = ran.findLast((one) => one.record.defines.includes(name) && places.get(one.cell.id)! < place);
        return above !== undefined && above.cell.id !== id && above.record.count! > record.count!;
      });
      if (record.gone || record.source !== cell.source || outdated || (usesModel && record.model !== this.model))
        stale.add(cell.id);
    }
    return stale;
  }

  /** Who gave these names last, as things stand. */
  private makersOf(id: string, names: readonly string[]): Record["makers"] {
    const makers = new Map<string, { id: string; count: number | undefined }>();
    const others = [...this.records].filter(([other, { gone, count }]) => other !== id && !gone && count !== undefined);
    for (const [other, { defines, count }] of others.sort(([, a], [, b]) => a.count! - b.count!))
      for (const name of defines) if (names.includes(name)) makers.set(name, { id: other, count });
    return makers;
  }

  private of(id: string): Record {
    const known = this.records.get(id);
    if (known) return known;
    const record: Record = {
      state: "idle",
      outputs: [],
      dropped: 0,
      defines: [],
      uses: [],
      makers: new Map(),
      gone: false,
      fresh: true,
    };
    this.records.set(id, record);
    return record;
  }
}
