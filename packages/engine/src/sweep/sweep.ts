/** Runs a list of programs in as few passes as may be, and gives what each saves. */
import {
  ArgumentError,
  CancelledError,
  fromWire,
  type HeldTypes,
  type InsituError,
  LIMITS,
  ProgramError,
  type PromptDims,
  type RunAllResult,
  type RunProgress,
  type RunResult,
  type SavedData,
  type SpecIndex,
  type TraceProgram,
  toWire,
  type ValidProgram,
} from "@insitu/program";
import { gpuDevice } from "../backends.ts";
import { collectMany } from "../collect.ts";
import { Execution, type ModelAccess, PASS_DONE } from "../execution.ts";
import { reportingGpuErrors } from "../gpuErrors.ts";
import type { Span } from "../narrow.ts";
import { planProgram } from "../plan.ts";
import type { Prepared, Runnable } from "../runnable.ts";
import * as tf from "../tf.ts";
import { JointHooks, type Variant } from "./jointHooks.ts";
import { RaggedBatch } from "./raggedBatch.ts";
import { type Chunk, chunksOf, groupsOf, type Member } from "./sweepPlan.ts";
import { Promises, wavesOf } from "./waves.ts";

/** The model that the programs run on. */
export interface SweepHost {
  readonly index: SpecIndex;
  readonly runnable: Runnable;
  validate(program: TraceProgram, promised: HeldTypes): ValidProgram;
  access(prepared: Prepared): ModelAccess;
  run(program: TraceProgram): Promise<RunResult>;
  hold(id: string, tensor: tf.Tensor): void;
}

export interface SweepOptions {
  /** How many bytes the widest value of a pass, and what the pass saves, may take. */
  chunkBytes?: number;
  /** Nobody waits for it but the end, so that all is told by then. */
  onProgress?: (progress: RunProgress) => void | Promise<void>;
  /** Asked between passes. */
  cancelled?: () => boolean;
}

/** Of the widest value. Several of its size live at once, so this is a fraction of what a GPU has. */
const CHUNK_BYTES = 2 ** 28;

/**
 * @throws what `LoadedModel.run` throws, with the program's position in `details.program`; before
 *   anything runs where a program is invalid. CancelledError. Nothing is left on the device.
 */
export async function runSweep(
  model: SweepHost,
  programs: readonly TraceProgram[],
  options: SweepOptions,
): Promise<RunAllResult> {
  const started = performance.now();
  const { index, runnable } = model;
  const points = runnable.joinPoints;
  if (!Array.isArray(programs)) throw new ProgramError("The programs are not a list.", "Send an array of programs.");
  if (programs.length > LIMITS.programs) {
    throw new ProgramError(`There are ${programs.length} programs.`, `At most ${LIMITS.programs} are taken at once.`);
  }
  const bytes = chunkBytes(options);
  const promises = new Promises();
  const members = programs.map((program, at): Member => {
    try {
      const valid = model.validate(program, promises.typeOf);
      promises.add(program, valid);
      return { at, program, valid, plan: planProgram(program, index, valid) };
    } catch (error) {
      throw ofProgram(error, at);
    }
  });
  const saved: (SavedData | null)[][] = programs.map(() => []);
  const pace = new Pace(programs.length, options);
  let passes = 0;
  let single = 0;
  for (const wave of wavesOf(members)) {
    const { groups, alone } = points ? groupsOf(wave) : { groups: [], alone: wave };
    for (const { members: group, logits } of groups) {
      const { program, valid } = group[0] as Member;
      const chunks = chunksOf({ members: group, logits }, index, points ?? [], bytes);
      const prepared = runnable.prepare(program, valid.dims);
      try {
        for (const chunk of chunks) {
          await pace.check();
          const results = await runChunk(model, chunk, prepared, valid.dims, logits);
          for (const [i, { member }] of chunk.variants.entries()) saved[member.at] = results[i] as (SavedData | null)[];
          passes++;
          pace.done(chunk.variants.length);
        }
      } finally {
        prepared.dispose();
      }
    }
    for (const { at, program } of alone) {
      await pace.check();
      saved[at] = (
        await model.run(program).catch((error) => {
          throw ofProgram(error, at);
        })
      ).saved;
      pace.done(1);
      single++;
    }
  }
  await pace.allTold();
  const bytesRead = saved.flat().reduce((n, value) => n + (value?.data.byteLength ?? 0), 0);
  return { saved, stats: { milliseconds: performance.now() - started, bytesRead, passes, alone: single } };
}

/** One pass for all of a chunk. Gives what each variant saves. */
async function runChunk(
  model: SweepHost,
  { variants, ragged }: Chunk,
  prepared: Prepared,
  { rows, tokens }: PromptDims,
  logits: Span | undefined,
): Promise<(SavedData | null)[][]> {
  const access = model.access(prepared);
  const running = variants.map(({ member: { at, program, valid }, plan, joinsAt, from }): Variant => {
    const execution = new Execution(program, valid, plan, access);
    return { execution, plan, joinsAt, from, explain: (error) => ofProgram(error, at) };
  });
  const layout = ragged ? new RaggedBatch(rows, tokens) : undefined;
  try {
    return await reportingGpuErrors(
      async () => {
        for (const { execution, explain } of running) explained(explain, () => execution.start());
        pass(prepared, new JointHooks(running, rows, model.index, logits, layout));
        const values = running.map(({ execution, explain }) => explained(explain, () => execution.saved()));
        const reading = collectMany(values.flat());
        for (const { execution } of running) for (const [id, tensor] of execution.held()) model.hold(id, tensor);
        return { reading, counts: values.map(({ length }) => length) };
      },
      async ({ reading, counts }) => {
        const all = await reading;
        return counts.map((count) => all.splice(0, count));
      },
    );
  } finally {
    for (const { execution } of running) execution.dispose();
  }
}

function pass(prepared: Prepared, hooks: JointHooks): void {
  if (hooks.done) return;
  try {
    tf.tidy(() => prepared.pass(hooks));
  } catch (error) {
    if (error !== PASS_DONE) throw error;
  }
}

/** Tells how far the list is, and ends it where that is asked for. */
class Pace {
  private finished = 0;
  private readonly told: Promise<void>[] = [];
  /** What arrived while the list waited for its turn is let in before it begins. */
  private breathed = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly total: number,
    private readonly options: SweepOptions,
  ) {}

  done(count: number): void {
    this.finished += count;
    const telling = Promise.resolve(this.options.onProgress?.({ done: this.finished, total: this.total }));
    telling.catch(() => {});
    this.told.push(telling);
  }

  async allTold(): Promise<void> {
    await Promise.all(this.told);
  }

  /** Lets messages in, now and then. @throws CancelledError */
  async check(): Promise<void> {
    if (performance.now() - this.breathed > BREATH) {
      await new Promise((resolve) => setTimeout(resolve));
      this.breathed = performance.now();
    }
    if (!this.options.cancelled?.()) return;
    const { finished, total } = this;
    throw new CancelledError(
      `The run was cancelled after ${finished} of ${total} programs.`,
      "Nothing was kept from it; run the list again for its values.",
      { done: finished, total },
    );
  }
}

/** Milliseconds between two looks at what has arrived. */
const BREATH = 20;

function chunkBytes({ chunkBytes: given = CHUNK_BYTES }: SweepOptions): number {
  if (!(given > 0)) throw new ArgumentError(`chunkBytes is ${given}.`, "It is a positive number of bytes.");
  const limit = gpuDevice()?.limits.maxStorageBufferBindingSize ?? Number.POSITIVE_INFINITY;
  return Math.min(given, limit);
}

function explained<T>(explain: Variant["explain"], work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw explain(error);
  }
}

/** An error of one program of the list. */
function ofProgram(error: unknown, at: number): InsituError {
  const { name, problem, remedy, line, details } = toWire(error);
  // What one program had saved is not what the list promised.
  const { saved: _, ...facts } = details;
  return fromWire({ name, problem: `Program ${at}: ${problem}`, remedy, details: { ...facts, program: at } }).at(line);
}
