/** Runs a notebook's code cells as the sandbox does, with the sandbox's own parts, in this process and on the cpu. */
import { LayersModel } from "insitu";
import { engineInProcess, loadInProcess } from "../../../../packages/insitu/test/inProcess.ts";
import type { Output } from "../../src/outputs/output.ts";
import { CellOutputs } from "../../src/sandbox/cellOutputs.ts";
import { compileCell } from "../../src/sandbox/compileCell.ts";
import { describe, type Known } from "../../src/sandbox/describe.ts";
import { type Current, library, modules, page } from "../../src/sandbox/library.ts";
import { Prompts } from "../../src/sandbox/prompts.ts";
import { sandboxModel } from "../../src/sandbox/sandboxModel.ts";
import { type Definitions, Scope } from "../../src/sandbox/scope.ts";

/** What the page's scripts give, here by import. */
const LATER = [
  { from: "@observablehq/plot", global: "Plot", load: () => import("../../src/sandbox/modules/plot.ts") },
  { from: "@tensorflow/tfjs", global: "tf", load: () => import("../../src/sandbox/modules/tf.ts") },
];

/** A cell's own model runs in this process, too. */
const OwnLayersModel = new Proxy(LayersModel, {
  get: (target, key) => (key === "load" ? loadLayers : Reflect.get(target, key)),
});
const loadLayers = (artifacts: Parameters<typeof LayersModel.load>[0]) =>
  LayersModel.load(artifacts, { backend: "cpu", engine: engineInProcess() });

type Body = (
  scope: object,
  library: (name: string) => unknown,
  define: (definitions: Definitions) => void,
) => Promise<unknown>;

// biome-ignore lint/security/noGlobalEval: a cell is text, as in the sandbox.
const globalEval: (text: string) => unknown = globalThis.eval;

let loading: ReturnType<typeof loadInProcess> | undefined;

/** What each code cell shows, in order. A cell that fails, fails. */
export async function runCells(cells: readonly string[]): Promise<Output[][]> {
  loading ??= loadInProcess("weights/tiny", { backend: "cpu" });
  const model = await loading;
  const known: Known = {
    prompts: new Prompts(),
    vocabulary: { size: model.spec.vocabSize, token: (id) => model.tokenizer.decode([id]) },
  };
  const current: Current = { outputs: undefined };
  const scope = new Scope();
  Object.assign(scope.base, library(current, known));
  scope.base["LayersModel"] = OwnLayersModel;
  const shared = sandboxModel(model, known.prompts, () => false);
  scope.base["model"] = shared;
  page.model = { name: "/weights/tiny", model: shared };

  const shown: Output[][] = [];
  for (const [i, code] of cells.entries()) {
    const outputs: Output[] = [];
    current.outputs = new CellOutputs((from, told) => {
      outputs.splice(from, outputs.length - from, ...told);
    });
    const { text, uses, imports } = compileCell(code, `c${i}`);
    for (const later of LATER)
      if (uses.includes(later.global) || imports.includes(later.from)) await bring(later, scope);
    const value = await (globalEval(text) as Body)(
      scope.names,
      (name) => modules[name],
      (definitions) => scope.define(definitions, `c${i}`, i),
    );
    const output = describe(value, known);
    if (output) current.outputs.add(output);
    current.outputs.close();
    shown.push(outputs);
  }
  return shown;
}

const brought = new Map<string, Promise<object>>();

async function bring({ from, global, load }: (typeof LATER)[number], scope: Scope): Promise<void> {
  const coming = brought.get(from) ?? load().then(() => slot.take());
  brought.set(from, coming);
  const module = await coming;
  modules[from] = module;
  scope.base[global] = module;
}

/** Where a module of the sandbox puts itself. */
const slot = {
  take(): object {
    const place = globalThis as { [name: symbol]: unknown };
    const module = place[Symbol.for("insitu.module")] as object;
    delete place[Symbol.for("insitu.module")];
    return module;
  },
};
