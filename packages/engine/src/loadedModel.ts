import {
  type DeviceInfo,
  DisposedError,
  type DType,
  fromWire,
  type Gpt2Config,
  gpt2Spec,
  InsituError,
  type ModelSpec,
  type NewTokens,
  type RunResult,
  type SavedData,
  SpecIndex,
  type TensorType,
  type TraceProgram,
  toWire,
  type ValidProgram,
  validateProgram,
} from "@insitu/program";
import { runBackwards } from "./backward.ts";
import { type Batch, makeBatch } from "./batch.ts";
import type { Weights } from "./checkpoint.ts";
import { collect, collectOne } from "./collect.ts";
import { Execution, PASS_DONE } from "./execution.ts";
import { generate } from "./generate.ts";
import { reportingGpuErrors } from "./gpuErrors.ts";
import { Gpt2 } from "./modules/gpt2.ts";
import type { Module } from "./modules/module.ts";
import { planProgram } from "./plan.ts";
import * as tf from "./tf.ts";

/** A model on the device, ready to run programs: validate, plan, run, collect. */
export class LoadedModel {
  readonly spec: ModelSpec;
  private readonly index: SpecIndex;
  private readonly model: Gpt2;
  private readonly modules = new Map<string, Module>();
  /** Values that sessions keep on the device. */
  private readonly held = new Map<string, tf.Tensor>();

  constructor(
    config: Gpt2Config,
    weights: Weights,
    readonly device: DeviceInfo,
    private readonly attention: "eager" | "sdpa",
  ) {
    this.spec = gpt2Spec(config);
    this.index = new SpecIndex(this.spec);
    this.model = new Gpt2(config, weights);
    const add = (module: Module): void => {
      this.modules.set(module.path, module);
      module.submodules().forEach(add);
    };
    add(this.model);
  }

  /**
   * Runs a program; `onTokens` is told of a generation's tokens as they are made.
   * @throws what `validateProgram` throws before anything runs; RunError from the run itself.
   */
  async run(program: TraceProgram, onTokens?: (tokens: NewTokens) => void): Promise<RunResult> {
    const started = performance.now();
    const valid = validateProgram(program, this.index, (id) => typeOf(this.held.get(id)));
    const plan = planProgram(program, this.index, onTokens !== undefined);
    const batch = makeBatch(program.invokes, valid.dims, this.spec.padId);
    const execution = new Execution(program, valid, plan, this, { mask: batch.mask, attention: this.attention });
    try {
      const { saved, steps } = await reportingGpuErrors(async () => {
        execution.start();
        const steps = plan.lastStage < 0 ? 0 : await this.forward(program, valid, batch, execution, onTokens);
        const { index, model, attention } = this;
        runBackwards({ program, valid, plan, index, tree: this, model, batch, attention }, execution);
        const read = collect(execution.saved());
        for (const [id, tensor] of execution.held()) this.hold(id, tensor);
        return { saved: await read, steps };
      });
      const bytesRead = saved.reduce((n, value) => n + (value?.data.byteLength ?? 0), 0);
      return { saved, steps, stats: { milliseconds: performance.now() - started, bytesRead } };
    } catch (error) {
      throw await withSaved(error, execution);
    } finally {
      execution.dispose();
      tf.dispose({ ...batch });
    }
  }

  module(path: string): Module {
    const module = this.modules.get(path);
    if (!module) throw new Error(`no module ${path}`);
    return module;
  }

  heldValue(id: string): tf.Tensor {
    const tensor = this.held.get(id);
    if (!tensor)
      throw new DisposedError(`Nothing is held under ${JSON.stringify(id)}.`, "Its session has ended.", { id });
    return tensor;
  }

  async readHeld(id: string): Promise<SavedData> {
    return collectOne(this.heldValue(id));
  }

  /** Frees the held values whose names begin so. */
  release(prefix: string): void {
    for (const [id, tensor] of this.held) {
      if (!id.startsWith(prefix)) continue;
      tensor.dispose();
      this.held.delete(id);
    }
  }

  dispose(): void {
    this.release("");
    for (const module of this.modules.values()) {
      for (const weight of module.weights) weight.dispose();
    }
  }

  private hold(id: string, tensor: tf.Tensor): void {
    this.held.get(id)?.dispose();
    this.held.set(id, tensor);
  }

  /** The pass, or the passes of a generation. Gives the number of steps. */
  private async forward(
    { generation }: TraceProgram,
    { dims }: ValidProgram,
    batch: Batch,
    execution: Execution,
    onTokens: (tokens: NewTokens) => void = () => {},
  ): Promise<number> {
    const { model, attention } = this;
    const { padId } = this.spec;
    if (generation) return generate({ model, batch, dims, generation, padId, attention, onTokens }, execution);
    try {
      const { ids, positions, attention: mask } = batch;
      tf.tidy(() => {
        model.logits({ ids, positions, attention: mask, context: { hooks: execution, mask: batch.mask, attention } });
      });
    } catch (error) {
      if (error !== PASS_DONE) throw error;
    }
    return 1;
  }
}

/** The error, typed, with what the run had saved before it: null for the rest, in the program's order. */
async function withSaved(error: unknown, execution: Execution): Promise<InsituError> {
  const typed = error instanceof InsituError ? error : fromWire(toWire(error));
  const partial = execution.partial();
  if (partial.some((value) => value !== null)) typed.details["saved"] = await collect(partial).catch(() => []);
  return typed;
}

const typeOf = (x: tf.Tensor | undefined): TensorType | undefined => x && { shape: x.shape, dtype: x.dtype as DType };
