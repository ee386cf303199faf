/**
 * Any tf.LayersModel, hooked at the calls of its layers. Its tree, shapes and order are seen in two dry
 * runs of different sizes: what differs between them is what the input decides.
 */
import { CheckpointError, type LayersArtifacts, type ModelSpec, type TraceProgram } from "@insitu/program";
import { fromWireTensor } from "./fromWireTensor.ts";
import type { Hooks } from "./hooks.ts";
import { ARTIFACTS, handlerOf } from "./layersArtifacts.ts";
import { DRY_SIZES, LayersObserver, shortName, specOf } from "./layersSpec.ts";
import type { Prepared, Runnable } from "./runnable.ts";
import * as tf from "./tf.ts";

type Call = (inputs: tf.Tensor | tf.Tensor[], kwargs: Record<string, unknown>) => tf.Tensor | tf.Tensor[];

export class LayersRunnable implements Runnable {
  readonly spec: ModelSpec;
  private readonly layers = new Map<string, { layer: tf.layers.Layer; call: Call }>();
  /** The hooks of the pass that is running, and the layers it has visited. */
  private hooks: Hooks | undefined;
  private visited = new Set<string>();

  /** @throws CheckpointError for a model.json and shards, or artifacts, that cannot be read. */
  static async load(source: string | LayersArtifacts, onFraction: (fraction: number) => void): Promise<LayersRunnable> {
    const address = typeof source === "string";
    let model: tf.LayersModel;
    try {
      model = await tf.loadLayersModel(address ? source : await handlerOf(source), { onProgress: onFraction });
    } catch (error) {
      throw new CheckpointError(
        `${address ? source : "What was given"} could not be loaded as a tf.LayersModel: ${error instanceof Error ? error.message : error}.`,
        address ? "It is a model.json of tfjs-layers with its shards beside it." : ARTIFACTS,
        address ? { url: source } : {},
      );
    }
    return new LayersRunnable(model);
  }

  constructor(private readonly model: tf.LayersModel) {
    this.hook(model, "");
    const [first, second] = DRY_SIZES.map((size) => this.observe(size)) as [LayersObserver, LayersObserver];
    const layers = new Map([...this.layers].map(([path, { layer }]) => [path, layer]));
    this.spec = specOf(model, layers, first, second);
  }

  prepare({ invokes }: TraceProgram): Prepared {
    const inputs = this.model.inputs.map((_, i) =>
      tf.tidy(() => {
        const parts = invokes.map(({ tensors }) => {
          const given = (tensors ?? [])[i] as NonNullable<typeof tensors>[number];
          return fromWireTensor(given);
        });
        return parts.length === 1 ? (parts[0] as tf.Tensor) : tf.concat(parts);
      }),
    );
    return {
      pass: (hooks) => this.pass(inputs, hooks),
      call: (path, x) => this.found(path).call(x, {}) as tf.Tensor,
      dispose: () => tf.dispose(inputs),
    };
  }

  parameter(path: string, name: string): tf.Tensor {
    const weight = this.found(path).layer.weights.find((w) => shortName(w.name) === name);
    if (!weight) throw new Error(`${path} has no parameter ${name}`);
    return weight.read();
  }

  dispose(): void {
    this.model.dispose();
  }

  private found(path: string): { layer: tf.layers.Layer; call: Call } {
    const found = this.layers.get(path);
    if (!found) throw new Error(`no layer ${path}`);
    return found;
  }

  private pass(inputs: tf.Tensor[], hooks: Hooks): void {
    this.hooks = hooks;
    this.visited = new Set();
    try {
      const ports = portsOf("input", inputs.length);
      const given = hooks.visitGroup("", ports, inputs);
      const outputs = listOf(
        this.model.apply(given.length === 1 ? (given[0] as tf.Tensor) : given) as tf.Tensor | tf.Tensor[],
      );
      hooks.visitGroup("", outputPorts(outputs.length), outputs);
    } finally {
      this.hooks = undefined;
    }
  }

  /** Puts every layer's call through the hooks; a nested model's layers under its name. */
  private hook(model: tf.LayersModel, prefix: string): void {
    for (const layer of model.layers) {
      if (layer.getClassName() === "InputLayer") continue;
      const path = prefix === "" ? layer.name : `${prefix}.${layer.name}`;
      const call = layer.call.bind(layer) as Call;
      this.layers.set(path, { layer, call });
      layer.call = (inputs, kwargs) => this.visit(path, call, inputs, kwargs);
      if ("layers" in layer) this.hook(layer as unknown as tf.LayersModel, path);
    }
  }

  /** A layer used twice is visited at its first use, as nnsight's modules are. */
  private visit(
    path: string,
    call: Call,
    inputs: tf.Tensor | tf.Tensor[],
    kwargs: Record<string, unknown>,
  ): tf.Tensor | tf.Tensor[] {
    const { hooks } = this;
    if (!hooks || this.visited.has(path)) return call(inputs, kwargs);
    this.visited.add(path);
    const list = listOf(inputs);
    const given = hooks.visitGroup(path, portsOf("input", list.length), list);
    const skipped = hooks.skipped(path);
    const outputs = listOf(skipped ?? call(Array.isArray(inputs) ? given : (given[0] as tf.Tensor), kwargs));
    const passed = hooks.visitGroup(path, outputPorts(outputs.length), outputs);
    return passed.length === 1 ? (passed[0] as tf.Tensor) : passed;
  }

  private observe(size: { rows: number; tokens: number }): LayersObserver {
    const observer = new LayersObserver();
    tf.tidy(() => {
      const inputs = this.model.inputs.map(({ shape, dtype }) => {
        const concrete = shape.map((d, axis) => d ?? (axis === 0 ? size.rows : size.tokens));
        return tf.zeros(concrete, dtype === "int32" ? "int32" : "float32");
      });
      this.pass(inputs, observer);
    });
    return observer;
  }
}

const listOf = <T>(x: T | T[]): T[] => (Array.isArray(x) ? x : [x]);

const portsOf = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => (i === 0 ? name : `${name}.${i}`));

const outputPorts = (count: number): string[] =>
  count === 1 ? ["output"] : Array.from({ length: count }, (_, i) => `output.${i}`);
