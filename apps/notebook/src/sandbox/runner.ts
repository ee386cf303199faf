/**
 * The worker in the sandbox: runs cells, one at a time, and says what they give. It knows the page by one port alone. What
 * it holds of the platform it takes at the start, before any code of a notebook's has run.
 */
import { asLibrary, LanguageModel } from "insitu";
import { errorOutput } from "./cellError.ts";
import { CellOutputs } from "./cellOutputs.ts";
import { compileCell } from "./compileCell.ts";
import { describe, type Known } from "./describe.ts";
import { type Current, library, modules, page } from "./library.ts";
import { Prompts } from "./prompts.ts";
import type { FromSandbox, ToSandbox } from "./protocol.ts";
import { sandboxModel } from "./sandboxModel.ts";
import { type Definitions, Scope } from "./scope.ts";

asLibrary(import.meta.url);
// What errors name is the cell's own line, beneath however many frames of libraries.
(Error as { stackTraceLimit?: number }).stackTraceLimit = 50;

/** Modules that come when a cell names them: by import, or by the name that they have in every cell. */
const LATER: Record<string, { name: string; global: string }> = {
  "@observablehq/plot": { name: "plot", global: "Plot" },
  "@tensorflow/tfjs": { name: "tf", global: "tf" },
};

// biome-ignore lint/security/noGlobalEval: cells are the reader's own code, run where they can harm nothing
const globalEval: (text: string) => unknown = globalThis.eval;

const known: Known = { prompts: new Prompts() };
const current: Current = { outputs: undefined };
const scope = new Scope();
Object.assign(scope.base, library(current, known));

let running: { run: number; stop: (reason: "interrupted") => void } | undefined;
let modelHere: Promise<void> = Promise.resolve();

addEventListener("message", ({ ports: [port] }) => serve(port as MessagePort), { once: true });
// Whatever a cell left behind fails by itself; the run that goes on is told of its own.
addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  current.outputs?.log("error", `Nobody awaited: ${String((event as PromiseRejectionEvent).reason)}`);
});

addEventListener("error", (event) => {
  event.preventDefault();
  current.outputs?.log("error", `Uncaught: ${event.message}`);
});

function serve(port: MessagePort): void {
  const post = port.postMessage.bind(port) as (message: FromSandbox, transfer?: Transferable[]) => void;
  const waiting = new Map<string, { resolve: () => void; reject: (error: Error) => void }>();
  const asked = new Map<string, Promise<void>>();

  (globalThis as { [name: symbol]: unknown })[Symbol.for("insitu.askEngine")] = (engine: MessagePort) =>
    post({ type: "engine", port: engine }, [engine]);

  /** The page sends it as a script. */
  const loadLater = (from: string) => {
    const later = LATER[from];
    if (!later) return Promise.resolve();
    const known = asked.get(later.name);
    if (known) return known;
    const coming = new Promise<void>((resolve, reject) => {
      waiting.set(later.name, { resolve, reject });
      post({ type: "need", name: later.name });
    });
    asked.set(later.name, coming);
    coming.catch(() => asked.delete(later.name));
    return coming;
  };

  const receive = (name: string, script: string) => {
    const here = waiting.get(name);
    if (!here) return;
    try {
      globalEval(script);
      const slot = globalThis as { [name: symbol]: unknown };
      const module = slot[Symbol.for("insitu.module")] as object;
      delete slot[Symbol.for("insitu.module")];
      for (const [from, later] of Object.entries(LATER)) {
        if (later.name !== name) continue;
        modules[from] = module;
        scope.base[later.global] = module;
      }
      here.resolve();
    } catch (error) {
      here.reject(error as Error);
    }
  };

  const setModel = async ({ port: engine, name }: Extract<ToSandbox, { type: "model" }>) => {
    delete scope.base["model"];
    page.model = undefined;
    known.vocabulary = undefined;
    if (!engine) return;
    const model = await LanguageModel.load("page", { engine });
    const { tokenizer } = model;
    const shared = sandboxModel(model, known.prompts, () => running === undefined);
    scope.base["model"] = shared;
    page.model = { name: name ?? "", model: shared };
    const size = model.spec.vocabSize;
    known.vocabulary = { size, token: (id) => tokenizer.decode([id]) };
  };

  async function run({ run, cell, code }: Extract<ToSandbox, { type: "run" }>): Promise<void> {
    const outputs = new CellOutputs((from, outputs, dropped) => post({ type: "outputs", run, from, outputs, dropped }));
    current.outputs = outputs;
    let defines: readonly string[] = [];
    let uses: readonly string[] = [];
    let indent = 0;
    const interrupted = new Promise<"interrupted">((resolve) => {
      running = { run, stop: resolve };
    });
    const work = async (): Promise<"done"> => {
      await modelHere;
      const compiled = compileCell(code, cell);
      ({ defines, uses, indent } = compiled);
      const wanted = Object.entries(LATER).filter(
        ([from, { global }]) => compiled.imports.includes(from) || (uses.includes(global) && !(global in scope.names)),
      );
      await Promise.all(wanted.map(([from]) => loadLater(from)));
      const body = globalEval(compiled.text) as (
        scope: object,
        library: (name: string) => unknown,
        define: (definitions: Definitions) => void,
      ) => Promise<unknown>;
      const value = await body(
        scope.names,
        (name) => modules[name],
        (definitions) => scope.define(definitions, cell, run),
      );
      const output = describe(value, known);
      if (output) outputs.add(output);
      return "done";
    };
    try {
      const how = await Promise.race([work(), interrupted]);
      outputs.close();
      post({ type: "ended", run, how, defines, uses });
    } catch (error) {
      outputs.close();
      post({ type: "ended", run, how: "error", error: errorOutput(error, cell, indent), defines, uses });
    } finally {
      if (running?.run === run) running = undefined;
      if (current.outputs === outputs) current.outputs = undefined;
      scope.settle(run);
    }
  }

  port.onmessage = ({ data }: MessageEvent<ToSandbox>) => {
    switch (data.type) {
      case "run":
        void run(data);
        break;
      case "interrupt":
        running?.stop("interrupted");
        break;
      case "model":
        modelHere = setModel(data);
        // A run says why there is none.
        modelHere.catch(() => {});
        break;
      case "module":
        receive(data.name, data.script);
        break;
      case "noModule":
        waiting.get(data.name)?.reject(new Error(data.why));
        break;
    }
  };
  post({ type: "ready" });
}
