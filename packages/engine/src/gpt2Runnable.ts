import {
  type Generation,
  type Gpt2Config,
  gpt2Spec,
  type ModelSpec,
  type OnTokens,
  type PromptDims,
  type TraceProgram,
} from "@insitu/program";
import type { AttentionMask } from "./attentionMask.ts";
import { type Batch, makeBatch } from "./batch.ts";
import type { Execution } from "./execution.ts";
import { generate } from "./generate.ts";
import type { Hooks } from "./hooks.ts";
import { Gpt2 } from "./modules/gpt2.ts";
import type { Module } from "./modules/module.ts";
import type { JoinPoint, Prepared, Runnable } from "./runnable.ts";
import * as tf from "./tf.ts";
import type { Weights } from "./weights.ts";

/** GPT-2 with its weights on the device. */
export class Gpt2Runnable implements Runnable {
  readonly spec: ModelSpec;
  readonly model: Gpt2;
  readonly joinPoints: readonly JoinPoint[];
  private readonly modules = new Map<string, Module>();

  constructor(
    config: Gpt2Config,
    weights: Weights,
    readonly attention: "eager" | "sdpa",
  ) {
    this.spec = gpt2Spec(config);
    this.joinPoints = joinPointsOf(config);
    this.model = new Gpt2(config, weights);
    const add = (module: Module): void => {
      this.modules.set(module.path, module);
      module.submodules().forEach(add);
    };
    add(this.model);
  }

  prepare(program: TraceProgram, dims: PromptDims): Prepared {
    return new Gpt2Batch(this, makeBatch(program.invokes, dims, this.spec.padId), dims);
  }

  parameter(path: string, name: string): tf.Tensor {
    return this.module(path).parameter(name);
  }

  module(path: string): Module {
    const module = this.modules.get(path);
    if (!module) throw new Error(`no module ${path}`);
    return module;
  }

  dispose(): void {
    for (const module of this.modules.values()) {
      for (const weight of module.weights) weight.dispose();
    }
  }
}

class Gpt2Batch implements Prepared {
  /** What a query may attend to at the pass that is running. */
  private mask: AttentionMask;

  constructor(
    private readonly runnable: Gpt2Runnable,
    private readonly batch: Batch,
    private readonly dims: PromptDims,
  ) {
    this.mask = { counts: batch.attention, past: 0, tokens: dims.tokens };
  }

  pass(hooks: Hooks): void {
    const { model, attention } = this.runnable;
    const { ids, positions, attention: counts } = this.batch;
    model.logits({ ids, positions, attention: counts, context: { hooks, mask: this.mask, attention } });
  }

  /** With the pass's own mask where it fits, and a plain causal one where it does not. */
  call(path: string, x: tf.Tensor): tf.Tensor {
    const [rows, tokens] = x.shape;
    const { mask, runnable } = this;
    const fits = x.rank !== 3 || (rows === this.dims.rows && tokens === mask.tokens && mask.past === 0);
    const context = { hooks: undefined, attention: runnable.attention };
    const own = () => ({ counts: tf.ones([1, tokens as number], "int32"), past: 0, tokens: tokens as number });
    return runnable.module(path).run(x, { ...context, mask: fits ? mask : own() });
  }

  generate(generation: Generation, execution: Execution, onTokens: OnTokens): Promise<number> {
    const { model, attention, spec } = this.runnable;
    const onMask = (mask: AttentionMask) => {
      this.mask = mask;
    };
    const { batch, dims } = this;
    return generate({ model, batch, dims, generation, padId: spec.padId, attention, onTokens, onMask }, execution);
  }

  dispose(): void {
    tf.dispose({ ...this.batch });
  }
}

/** The input, and wherever the residual stream is all there is. */
function joinPointsOf({ nLayer }: Gpt2Config): JoinPoint[] {
  const blocks = Array.from({ length: nLayer }, (_, i) => `transformer.h.${i}`);
  return [
    { module: "", port: "input", alongside: [{ module: "transformer.wpe", port: "input" }] },
    { module: "transformer.drop", port: "input" },
    ...blocks.flatMap((module, layer) => {
      const late = layer === nLayer - 1;
      return [
        { module, port: "source.residMid", late },
        { module, port: "output", late },
      ];
    }),
    { module: "transformer.ln_f", port: "output", late: true },
    { module: "lm_head", port: "output" },
  ];
}
