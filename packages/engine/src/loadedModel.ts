import {
  DisposedError,
  type DType,
  fromWire,
  type HeldTypes,
  InsituError,
  type ModelSpec,
  type OnTokens,
  type RunAllResult,
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
import { collect, collectOne } from "./collect.ts";
import { Execution, type ModelAccess, PASS_DONE } from "./execution.ts";
import { reportingGpuErrors } from "./gpuErrors.ts";
import { trimGpuMemory } from "./gpuMemory.ts";
import { planProgram } from "./plan.ts";
import type { Prepared, Runnable } from "./runnable.ts";
import { runSweep, type SweepOptions } from "./sweep/sweep.ts";
import * as tf from "./tf.ts";

/** A model on the device, ready to run programs: validate, plan, run, collect. */
export class LoadedModel {
  readonly index: SpecIndex;
  /** Values that sessions keep on the device. */
  private readonly held = new Map<string, tf.Tensor>();

  constructor(readonly runnable: Runnable) {
    this.index = new SpecIndex(runnable.spec);
  }

  get spec(): ModelSpec {
    return this.runnable.spec;
  }

  /**
   * Runs a program; `onTokens` is told of a generation's tokens as they are made.
   * @throws what `validateProgram` throws before anything runs; RunError from the run itself.
   */
  async run(program: TraceProgram, onTokens?: OnTokens): Promise<RunResult> {
    const started = performance.now();
    const { index, runnable } = this;
    const valid = this.validate(program);
    const plan = planProgram(program, index, valid, { toTheEnd: onTokens !== undefined });
    const prepared = runnable.prepare(program, valid.dims);
    const access = this.access(prepared);
    const execution = new Execution(program, valid, plan, access);
    try {
      const { saved, steps } = await reportingGpuErrors(
        async () => {
          execution.start();
          const steps = plan.lastStage < 0 ? 0 : await passes(program, prepared, execution, onTokens);
          runBackwards({ program, valid, plan, index, access, prepared }, execution);
          const reading = collect(execution.saved());
          for (const [id, tensor] of execution.held()) this.hold(id, tensor);
          return { reading, steps };
        },
        async ({ reading, steps }) => ({ saved: await reading, steps }),
      );
      const bytesRead = saved.reduce((n, value) => n + (value?.data.byteLength ?? 0), 0);
      return { saved, steps, stats: { milliseconds: performance.now() - started, bytesRead } };
    } catch (error) {
      throw await withSaved(error, execution);
    } finally {
      execution.dispose();
      prepared.dispose();
      trimGpuMemory();
    }
  }

  /** Runs many programs, in as few passes as may be. @throws as `run`, naming the program; CancelledError. */
  runAll(programs: readonly TraceProgram[], options: SweepOptions = {}): Promise<RunAllResult> {
    return runSweep(this, programs, options).finally(trimGpuMemory);
  }

  /** With `promised`, what will be held by the time the program runs. @throws what `validateProgram` throws. */
  validate(program: TraceProgram, promised: HeldTypes = () => undefined): ValidProgram {
    return validateProgram(program, this.index, (id) => promised(id) ?? typeOf(this.held.get(id)));
  }

  /** What executions over a batch ask of the model. */
  access(prepared: Prepared): ModelAccess {
    return {
      parameter: (path, name) => this.runnable.parameter(path, name),
      call: (path, x) => prepared.call(path, x),
      heldValue: (id) => this.heldValue(id),
    };
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
    this.runnable.dispose();
  }

  /** Keeps a value under a name. Takes it over. */
  hold(id: string, tensor: tf.Tensor): void {
    this.held.get(id)?.dispose();
    this.held.set(id, tensor);
  }
}

/** The pass, or the passes of a generation. Gives the number of steps. */
async function passes(
  { generation }: TraceProgram,
  prepared: Prepared,
  execution: Execution,
  onTokens: OnTokens = () => {},
): Promise<number> {
  if (generation && prepared.generate) return prepared.generate(generation, execution, onTokens);
  try {
    tf.tidy(() => prepared.pass(execution));
  } catch (error) {
    if (error !== PASS_DONE) throw error;
  }
  return 1;
}

/** The error, typed, with what the run had saved before it: null for the rest, in the program's order. */
async function withSaved(error: unknown, execution: Execution): Promise<InsituError> {
  const typed = error instanceof InsituError ? error : fromWire(toWire(error));
  const partial = execution.partial();
  if (partial.some((value) => value !== null)) typed.details["saved"] = await collect(partial).catch(() => []);
  return typed;
}

const typeOf = (x: tf.Tensor | undefined): TensorType | undefined => x && { shape: x.shape, dtype: x.dtype as DType };
