/** `tracer.cache()`: what many modules gave, saved at once. */
import { ArgumentError, type DType, type ModuleSpec, type SpecIndex, UnknownModuleError } from "@insitu/program";
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
  /** A tensor; an array of them for a module that returns several. */
  readonly output: Tensor | Tensor[];
  /** With `includeInputs`. */
  readonly input: Tensor;
  readonly inputs: [[Tensor], Record<string, never>];
}

/**
 * The outputs of modules by path, in the order in which they complete, after all edits of the trace,
 * as the invoke's own rows see them.
 */
export class ActivationCache {
  private readonly entries = new Map<string, { outputs: Value[]; single: boolean; input?: Value }>();

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
    const input = (): Tensor => {
      if (!entry.input)
        throw new ArgumentError(`The cache holds no input of ${path}.`, "Pass includeInputs: true.", { path });
      return entry.input.value;
    };
    return {
      get output() {
        return entry.single ? (entry.outputs[0] as Value).value : entry.outputs.map((v) => v.value);
      },
      get input() {
        return input();
      },
      get inputs() {
        return [[input()], {}] as [[Tensor], Record<string, never>];
      },
    };
  }

  /** Saves what the options select; called when the bodies have ended. @throws UnknownModuleError */
  fill(table: PlaceTable, index: SpecIndex): void {
    const { recorder } = table;
    const keep = (value: Value): Value => {
      const { dtype } = this.options;
      return (dtype && dtype !== value.dtype ? value.cast(dtype) : value).save();
    };
    for (const module of this.selected(index)) {
      const ports = module.returns === "tensor" ? ["output"] : module.returns.map((name) => `output.${name}`);
      const sites = ports.map((port) => index.site({ module: module.path, port }));
      const input = index.site({ module: module.path, port: "input" });
      if (!input || sites.some((site) => !site || !recorder.passes(site))) continue;
      const outputs = sites.map((site) => keep(new PlaceValue(table, site!)));
      const entry = { outputs, single: module.returns === "tensor" };
      const kept = this.options.includeInputs ? { ...entry, input: keep(new PlaceValue(table, input)) } : entry;
      this.entries.set(module.path === "" ? "model" : module.path, kept);
    }
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
