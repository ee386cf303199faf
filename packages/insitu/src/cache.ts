/** `tracer.cache()`: what many modules gave, saved at once. */
import {
  ArgumentError,
  type DType,
  type ModuleSpec,
  type SiteSpec,
  type SpecIndex,
  UnknownModuleError,
} from "@insitu/program";
import { PlaceValue } from "./outputs.ts";
import type { PlaceTable } from "./places.ts";
import type { Tensor } from "./tensor.ts";
import type { Value } from "./value.ts";

export interface CacheOptions {
  /** Handles, paths (`"transformer.h.0.mlp"`), or patterns (`"transformer.h.*.mlp"`, or a RegExp). All unless given. */
  modules?: readonly (string | RegExp | { readonly path: string })[];
  /** Keep each module's input as well. */
  includeInputs?: boolean;
  /** Cast what is kept. */
  dtype?: DType;
}

/** What the cache holds of a module, once the trace is done. */
export interface CacheEntry {
  /**
   * A tensor; an array of them for a module that returns several. In a generation, an array of these:
   * one for each step that was made.
   */
  readonly output: Tensor | Tensor[] | Tensor[][];
  /** With `includeInputs`. */
  readonly input: Tensor | Tensor[];
  readonly inputs: [[Tensor | Tensor[]], Record<string, never>];
}

interface Visit {
  outputs: Value[];
  input?: Value;
}

/**
 * The outputs of modules by path, in the order in which they complete, after all edits of the trace,
 * as the invoke's own rows see them.
 */
export class ActivationCache {
  private readonly entries = new Map<string, { visits: Visit[]; single: boolean }>();
  private perStep = false;

  constructor(private readonly options: CacheOptions) {}

  /** Paths, the model itself as "model". */
  keys(): string[] {
    return [...this.entries.keys()];
  }

  get size(): number {
    return this.entries.size;
  }

  has(path: string): boolean {
    return this.entries.has(keyOf(path));
  }

  /** @throws UnknownModuleError for a module that is not in the cache. */
  get(path: string): CacheEntry {
    const entry = this.entries.get(keyOf(path));
    if (!entry) {
      throw new UnknownModuleError(
        `The cache holds no ${JSON.stringify(path)}.`,
        `It holds: ${this.keys().join(", ")}.`,
        { path },
      );
    }
    const made = entry.visits.filter(({ outputs }) => outputs.every((v) => v.isResolved));
    const one = <T>(values: T[]): T | T[] => (this.perStep ? values : (values[0] as T));
    const input = (): Tensor | Tensor[] => {
      const kept = made.flatMap((visit) => (visit.input ? [visit.input.value] : []));
      if (kept.length === 0)
        throw new ArgumentError(`The cache holds no input of ${path}.`, "Pass includeInputs: true.", { path });
      return one(kept);
    };
    return {
      get output() {
        const of = ({ outputs }: Visit) => (entry.single ? (outputs[0] as Value).value : outputs.map((v) => v.value));
        return one<Tensor | Tensor[]>(made.map(of)) as CacheEntry["output"];
      },
      get input() {
        return input();
      },
      get inputs() {
        return [[input()], {}] as CacheEntry["inputs"];
      },
    };
  }

  /** Saves what the options select; called when the bodies have ended. @throws UnknownModuleError */
  fill(tables: readonly PlaceTable[], index: SpecIndex): void {
    const { recorder } = tables[0] as PlaceTable;
    this.perStep = recorder.generation !== undefined;
    for (const [step, table] of tables.entries()) {
      recorder.step = step;
      for (const module of this.selected(index)) this.fillModule(module, table, index);
    }
    recorder.step = 0;
  }

  private fillModule(module: ModuleSpec, table: PlaceTable, index: SpecIndex): void {
    const ports = module.returns === "tensor" ? ["output"] : module.returns.map((name) => `output.${name}`);
    const sites = ports.map((port) => index.site({ module: module.path, port }));
    const input = index.site({ module: module.path, port: "input" });
    if (!input || sites.some((site) => !site || !table.recorder.reach.passes(site))) return;
    const { dtype, includeInputs } = this.options;
    const keep = (site: SiteSpec): Value => {
      const value = new PlaceValue(table, site);
      return (dtype && dtype !== value.dtype ? value.cast(dtype) : value).save();
    };
    const visit: Visit = { outputs: sites.map((site) => keep(site as SiteSpec)) };
    if (includeInputs) visit.input = keep(input);
    const key = module.path || "model";
    const entry = this.entries.get(key) ?? { visits: [], single: module.returns === "tensor" };
    entry.visits.push(visit);
    this.entries.set(key, entry);
  }

  /** In the order of completion. */
  private selected(index: SpecIndex): ModuleSpec[] {
    const { modules } = this.options;
    const stageOf = (m: ModuleSpec) => {
      const port = m.returns === "tensor" ? "output" : `output.${m.returns[0]}`;
      return index.site({ module: m.path, port })?.stage ?? 0;
    };
    const all = index.spec.modules.filter((m) => !m.dormant).sort((a, b) => stageOf(a) - stageOf(b));
    if (!modules) return all;
    const chosen = new Set<ModuleSpec>();
    for (const wanted of modules) {
      const matches = all.filter((m) => matcher(wanted)(m.path));
      if (matches.length === 0) {
        const name = wanted instanceof RegExp ? String(wanted) : typeof wanted === "string" ? wanted : wanted.path;
        throw new UnknownModuleError(
          `cache: no module that runs matches ${JSON.stringify(name)}.`,
          "See model.modules() for the paths; * stands for anything.",
          { wanted: name },
        );
      }
      for (const match of matches) chosen.add(match);
    }
    return all.filter((m) => chosen.has(m));
  }
}

/** nnsight's paths begin with "model."; ours with the checkpoint's first name. */
const keyOf = (path: string): string => (path.startsWith("model.") ? path.slice("model.".length) : path);

function matcher(wanted: string | RegExp | { readonly path: string }): (path: string) => boolean {
  if (wanted instanceof RegExp) return (path) => wanted.test(path);
  const text = keyOf(typeof wanted === "string" ? wanted : wanted.path);
  if (!text.includes("*")) return (path) => path === (text === "model" ? "" : text);
  const pattern = new RegExp(
    `^${text
      .split("*")
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
      .join(".*")}$`,
  );
  return (path) => pattern.test(path);
}
