import type { AttentionMask } from "../attentionMask.ts";
import type { Hooks } from "../hooks.ts";
import { isHalf, unpacked } from "../kernels/halfWeights.ts";
import type { KvCache } from "../kvCache.ts";
import * as tf from "../tf.ts";

/** What a forward pass hands to every module besides its input. */
export interface ForwardContext {
  /** Where values may be read and replaced; undefined when nobody looks. */
  hooks: Hooks | undefined;
  /** Which keys a query may attend to. */
  mask: AttentionMask;
  /** What a query that may attend to nothing gets: the mean of all values, or zero. */
  attention: "eager" | "sdpa";
  /** How many of the last positions are needed of what the model gives; all unless given. */
  last?: number | undefined;
  /** In a generation: keys and values of earlier steps, and logits for the last position only. */
  cache?: KvCache;
}

/** How a module takes its parameters: by the checkpoint's name. The caller of `take` owns the tensor. */
export interface WeightSource {
  take(path: string, name: string, shape: readonly number[]): tf.Tensor;
}

/**
 * A module of the checkpoint, as a tfjs layer of the checkpoint's name. The forward pass goes
 * through `run`, never through `apply`, which costs more than a small module's own work.
 */
export abstract class Module extends tf.layers.Layer {
  constructor(readonly path: string) {
    super({ name: path === "" ? "model" : path });
  }

  /** The module's arithmetic: one tensor in, one out. Tensors made inside are tidied by the caller. */
  abstract forward(x: tf.Tensor, context: ForwardContext, residual?: tf.Tensor): tf.Tensor;

  /** Modules directly below, for walking the tree. */
  submodules(): Module[] {
    return [];
  }

  /** Runs the module with its `input` and `output` passing the hooks, tidied. */
  run(x: tf.Tensor, context: ForwardContext): tf.Tensor {
    const { hooks } = context;
    return tf.tidy(() => {
      if (!hooks) return this.forward(x, context);
      const input = hooks.visit(this.path, "input", x);
      const skipped = hooks.skipped(this.path);
      return skipped ? this.visitSkipped(skipped, hooks) : this.visitOutput(this.forward(input, context), hooks);
    });
  }

  /**
   * `residual` plus what the module gives: one operation where nobody taps what the module itself gives,
   * and the module can.
   */
  runAdding(residual: tf.Tensor, x: tf.Tensor, context: ForwardContext): tf.Tensor {
    if (!this.canAdd(context)) return residual.add(this.run(x, context));
    return tf.tidy(() => this.forward(context.hooks?.visit(this.path, "input", x) ?? x, context, residual));
  }

  /** Whether `forward` can take a residual in this pass. */
  protected canAdd(_context: ForwardContext): boolean {
    return false;
  }

  /** Modules that return several values visit them themselves. */
  protected visitOutput(y: tf.Tensor, hooks: Hooks): tf.Tensor {
    return hooks.visit(this.path, "output", y);
  }

  /** What passes as the output of a module that was left out. */
  protected visitSkipped(y: tf.Tensor, hooks: Hooks): tf.Tensor {
    return this.visitOutput(y, hooks);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Record<string, unknown>): tf.Tensor | tf.Tensor[] {
    const x = Array.isArray(inputs) ? (inputs[0] as tf.Tensor) : inputs;
    return this.run(x, kwargs["context"] as ForwardContext);
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    return inputShape;
  }

  /** Every parameter by its short name: `weight`, `bias`; in float32, however it is stored. Call it in a tidy. */
  parameter(name: string): tf.Tensor {
    const found = this.parameters.get(name);
    if (!found) throw new Error(`${this.path} has no parameter ${name}`);
    return unpacked(found.read());
  }

  private readonly parameters = new Map<string, tf.LayerVariable>();

  /** Adds a parameter holding what the checkpoint has under this name. */
  protected load(name: string, shape: number[], source: WeightSource): tf.LayerVariable {
    const tensor = source.take(this.path, name, shape);
    const loaded = { apply: () => tensor, getConfig: () => ({}) };
    const dtype = isHalf(tensor) ? "int32" : "float32";
    const variable = this.addWeight(`${this.path}.${name}`, tensor.shape, dtype, loaded as unknown as Initializer);
    this.parameters.set(name, variable);
    return variable;
  }

  /** Makes this module's parameter the very one of another, as tied embeddings are. */
  protected share(name: string, variable: tf.LayerVariable): void {
    this.parameters.set(name, variable);
  }
}

type Initializer = ReturnType<typeof tf.initializers.zeros>;
