/**
 * The model tree as a user walks it. A handle is a function (modules can be called on values) whose
 * properties are the module's places, parameters and submodules; nothing happens until a body runs.
 */
import {
  ArgumentError,
  type ModuleSpec,
  OutsideTraceError,
  type SiteSpec,
  type SpecIndex,
  UnknownModuleError,
} from "@insitu/program";
import { callSite } from "./callSite.ts";
import { Storage } from "./cell.ts";
import { recording } from "./currentRecorder.ts";
import { guarded } from "./guarded.ts";
import { OutputTuple, PlaceValue, replacePlace, skipModule } from "./outputs.ts";
import type { PlaceTable } from "./places.ts";
import type { Recorder } from "./recorder.ts";
import { checkRenames } from "./renames.ts";
import { noPlace, unknownModule } from "./unknownModule.ts";
import { asValue, type Operand, operandRef, Value } from "./value.ts";

/** The place table of the body that is running. */
export type TableOf = (recorder: Recorder, afterwards?: boolean) => PlaceTable;

/** Builds the handles of a whole model. */
export class HandleTree {
  private readonly made = new Map<string, object>();

  constructor(
    readonly index: SpecIndex,
    private readonly tableOf: TableOf,
    /** Other names: of a module wherever it stands (`attn`), or of a path, as a name of the model's own. */
    private readonly rename: Readonly<Record<string, string>> = {},
  ) {
    checkRenames(index, rename);
  }

  /** The handle of a path, an array for a list of modules (`transformer.h`). @throws UnknownModuleError */
  get(path: string): object {
    const known = this.made.get(path);
    if (known) return known;
    const spec = this.index.module(path);
    const children = this.index.children(path);
    if (!spec && children.length === 0) throw unknownModule(this.index, path);
    const handle = spec ? this.moduleHandle(spec, children) : this.listHandle(path, children.length);
    this.made.set(path, handle);
    return handle;
  }

  private moduleHandle(spec: ModuleSpec, children: readonly string[]): object {
    const { path } = spec;
    const call = (x: Operand, options: { hook?: boolean } = {}): Value => {
      const recorder = recording(`${path}(…)`);
      return recorder.enter(() => {
        const input = operandRef(recorder, x);
        const output = recorder.call(spec, [input]);
        if (options.hook) this.tableOf(recorder).noteCall(spec, input, output);
        return asValue(recorder, output);
      });
    };
    const properties = new Map<string, { get: () => unknown; set?: (value: never) => void }>();
    properties.set("path", { get: () => path });
    this.addPlaces(spec, properties);
    for (const { name } of spec.params) {
      properties.set(name, {
        get: () => {
          const recorder = recording(`${path}.${name}`);
          return recorder.enter(() => {
            const ref = recorder.parameter(spec, name);
            return new Value(new Storage(recorder, recorder.typeOf(ref), () => ref, `${path}.${name}`));
          });
        },
      });
    }
    for (const child of children) {
      const get = () => this.get(path === "" ? child : `${path}.${child}`);
      properties.set(child, { get });
      const alias = this.rename[child];
      if (alias) properties.set(alias, { get });
    }
    if (path === "") {
      for (const [from, alias] of Object.entries(this.rename)) {
        if (from.includes(".")) properties.set(alias, { get: () => this.get(from) });
      }
    }
    return guarded(call, path, properties);
  }

  private addPlaces(
    spec: ModuleSpec,
    properties: Map<string, { get: () => unknown; set?: (value: never) => void }>,
  ): void {
    const { path } = spec;
    const site = (port: string): SiteSpec => {
      const found = this.index.site({ module: path, port });
      if (!found) throw noPlace(spec, port);
      return found;
    };
    const table = (port: string) => {
      const recorder = recording(`${path}.${port}`);
      const afterwards = this.index.site({ module: path, port })?.afterwards === true;
      if (!afterwards) return this.tableOf(recorder);
      if (recorder.generation) return this.tableOf(recorder, true);
      throw new OutsideTraceError(
        `${path}.${port} was used in a trace, which generates nothing.`,
        "Use model.generate.",
      ).at(callSite());
    };
    const read = (port: string) => {
      const places = table(port);
      return places.recorder.enter(() => new PlaceValue(places, site(port)));
    };
    const write = (port: string, value: Operand) => {
      const places = table(port);
      places.recorder.enter(() => replacePlace(places, site(port), value));
    };

    properties.set("input", { get: () => read("input"), set: (value) => write("input", value) });
    properties.set("inputs", {
      get: () => [
        this.positional(path).map(read),
        Object.fromEntries(this.keywords(path).map((name) => [name, read(`inputs.${name}`)])),
      ],
      set: (value: unknown) => {
        const first = Array.isArray(value) && Array.isArray(value[0]) ? value[0] : undefined;
        const places = table("inputs");
        places.recorder.enter(() => {
          const ports = this.positional(path);
          if (first?.length !== ports.length) {
            throw new ArgumentError(
              `${path}.inputs was not assigned [[input], {}].`,
              "Assign all arguments and options, as inputs gives them.",
            );
          }
          for (const [i, port] of ports.entries()) replacePlace(places, site(port), first[i]);
        });
      },
    });
    properties.set("skip", {
      get: () => (value: Operand) => {
        const places = table("skip");
        places.recorder.enter(() => skipModule(places, spec, value));
      },
    });
    properties.set("output", this.outputOf(spec, site, table, read, write));
    if (spec.sources.length > 0) {
      const sources = new Map<string, { get: () => unknown; set: (value: never) => void }>();
      for (const name of spec.sources) {
        const port = `source.${name}`;
        // `source.pattern` and nnsight's `source.pattern.output` are the same value.
        sources.set(name, {
          get: () =>
            sourceHandle(
              () => read(port),
              (v) => write(port, v),
            ),
          set: (value) => write(port, value),
        });
      }
      properties.set("source", { get: () => guarded(undefined, `${path}.source`, sources) });
    }
  }

  /** Where a module's positional arguments pass. */
  private positional(path: string): string[] {
    return this.index.spec.sites
      .filter(({ module, port }) => module === path && /^input(\.\d+)?$/.test(port))
      .map(({ port }) => port);
  }

  /** Names of a module's keyword arguments. */
  private keywords(path: string): string[] {
    return this.index.spec.sites
      .filter(({ module, port }) => module === path && port.startsWith("inputs."))
      .map(({ port }) => port.slice("inputs.".length));
  }

  private outputOf(
    spec: ModuleSpec,
    site: (port: string) => SiteSpec,
    table: (port: string) => PlaceTable,
    read: (port: string) => Value,
    write: (port: string, value: Operand) => void,
  ): { get: () => unknown; set: (value: never) => void } {
    const { returns, path } = spec;
    if (returns === "tensor") return { get: () => read("output"), set: (value) => write("output", value) };
    const sites = () => returns.map((name) => site(`output.${name}`));
    return {
      get: () => {
        const places = table("output");
        return places.recorder.enter(() => new OutputTuple(places, sites(), returns));
      },
      set: (value: unknown) => {
        const places = table("output");
        places.recorder.enter(() => {
          if (!Array.isArray(value) || value.length !== returns.length) {
            throw new ArgumentError(
              `${path || "model"}.output holds ${returns.length} value${returns.length === 1 ? "" : "s"}; it was not assigned an array of as many.`,
              `Assign the first alone with .output[0] = value${returns.length > 1 ? ", or all with .output = [a, b]" : ""}.`,
              { module: path },
            );
          }
          for (const [i, s] of sites().entries()) replacePlace(places, s, value[i]);
        });
      },
    };
  }

  private listHandle(path: string, length: number): object {
    const at = (i: number): object => {
      const n = i < 0 ? i + length : i;
      if (!Number.isInteger(n) || n < 0 || n >= length) {
        throw new UnknownModuleError(
          `There is no ${path}[${i}]: this model has ${length} of them.`,
          `Use 0 to ${length - 1}, or .at(-1) for the last.`,
          { path, index: i },
        ).at(callSite());
      }
      return this.get(`${path}.${n}`);
    };
    const modules: object[] = [];
    for (let i = 0; i < length; i++) modules.push(at(i));
    return new Proxy(Object.freeze(modules), {
      get(target, key, receiver) {
        if (key === "at") return at;
        if (typeof key === "string" && /^-?\d+$/.test(key)) return at(Number(key));
        return Reflect.get(target, key, receiver);
      },
    });
  }
}

/** A value that is also its own `.output`, settable. */
function sourceHandle(read: () => Value, write: (value: Operand) => void): Value {
  const value = read();
  Object.defineProperty(value, "output", { get: read, set: write });
  return value;
}
