/** A tf.LayersModel's spec, from what was seen of it in two dry runs. */
import type { CallSpec, Dim, DType, InputSpec, ModelSpec, ModuleSpec, SiteSpec } from "@insitu/program";
import type { Hooks } from "./hooks.ts";
import type * as tf from "./tf.ts";

/** Sizes of the two dry runs: no dimension of a real model is likely to be both. */
export const DRY_SIZES = [
  { rows: 2, tokens: 5 },
  { rows: 3, tokens: 7 },
] as const;

interface Seen {
  module: string;
  port: string;
  shape: number[];
  dtype: DType;
  stage: number;
  same?: string;
}

/** Hooks that note what passes, and change nothing. */
export class LayersObserver implements Hooks {
  readonly seen: Seen[] = [];
  private readonly first = new Map<number, string>();
  private stage = 0;

  visit(module: string, port: string, value: tf.Tensor): tf.Tensor {
    return this.visitGroup(module, [port], [value])[0] as tf.Tensor;
  }

  visitGroup(module: string, ports: readonly string[], values: readonly tf.Tensor[]): tf.Tensor[] {
    this.stage++;
    values.forEach((value, i) => {
      const key = `${module}:${ports[i]}`;
      const same = this.first.get(value.id);
      if (same === undefined) this.first.set(value.id, key);
      const seen: Seen = {
        module,
        port: ports[i] as string,
        shape: [...value.shape],
        dtype: value.dtype as DType,
        stage: this.stage,
      };
      this.seen.push(same === undefined ? seen : { ...seen, same });
    });
    return [...values];
  }

  taps(): boolean {
    return true;
  }

  skipped(): undefined {
    return undefined;
  }
}

/** @param layers Every layer by its path. */
export function specOf(
  model: tf.LayersModel,
  layers: ReadonlyMap<string, tf.layers.Layer>,
  first: LayersObserver,
  second: LayersObserver,
): ModelSpec {
  const sites = first.seen.map((seen, i): SiteSpec => {
    const shape = seen.shape.map((d, axis) => dimOf(d, second.seen[i]?.shape[axis] as number));
    return { ...seen, shape };
  });
  const outputs = (path: string) => sites.filter(({ module, port }) => module === path && port.startsWith("output"));
  const returns = (path: string): ModuleSpec["returns"] => {
    const found = outputs(path);
    return found.length > 1 ? found.map((_, i) => String(i)) : "tensor";
  };
  const modules: ModuleSpec[] = [
    { path: "", type: model.getClassName(), params: [], returns: returns(""), sources: [] },
  ];
  for (const [path, layer] of layers) {
    const call = callOf(layer, sites, path);
    modules.push({
      path,
      type: layer.getClassName(),
      params: layer.weights.map((w) => ({
        name: shortName(w.name),
        shape: w.shape as number[],
      })),
      returns: returns(path),
      sources: [],
      ...(call ? { call } : {}),
      ...(outputs(path).length === 0 ? { dormant: true } : {}),
    });
  }
  const inputs = sites
    .filter(({ module, port }) => module === "" && port.startsWith("input"))
    .map(({ shape, dtype }): InputSpec => ({ shape, dtype }));
  return {
    architecture: "layers",
    fingerprint: `layers/${modules.map(({ path, type }) => `${path}:${type}`).join(",")}/${inputs.map((i) => i.shape.join("-")).join(",")}`,
    maxTokens: Number.MAX_SAFE_INTEGER,
    vocabSize: 0,
    padId: 0,
    inputs,
    modules,
    sites,
  };
}

/** A parameter's name within its layer: `dense_1/kernel` is `kernel`. */
export const shortName = (name: string): string => (name.split("/").at(-1) as string).replace(/_\d+$/, "");

function dimOf(first: number, second: number): Dim {
  if (first === second) return first;
  return first === DRY_SIZES[0].rows && second === DRY_SIZES[1].rows ? "rows" : "tokens";
}

/** Layers that work row by row can be called on values of any leading shape. */
const ROWWISE = new Set(["Dense", "Activation", "ReLU", "LeakyReLU", "Softmax", "Dropout", "LayerNormalization"]);

function callOf(layer: tf.layers.Layer, sites: readonly SiteSpec[], path: string): CallSpec | undefined {
  if (!ROWWISE.has(layer.getClassName())) return undefined;
  const last = (port: string) => sites.find((s) => s.module === path && s.port === port)?.shape.at(-1);
  const [from, to] = [last("input"), last("output")];
  return typeof from === "number" && typeof to === "number" ? { kind: "rowwise", in: from, out: to } : undefined;
}
