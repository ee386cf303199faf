/** Runs a program step by step, one new token a row at each. */
import type { Generation, NewTokens, PromptDims } from "@insitu/program";
import type { Batch } from "./batch.ts";
import { type Execution, PASS_DONE } from "./execution.ts";
import { KvCache } from "./kvCache.ts";
import type { Gpt2 } from "./modules/gpt2.ts";
import { nextTokens } from "./sampling.ts";
import * as tf from "./tf.ts";

export interface GenerateRequest {
  model: Gpt2;
  batch: Batch;
  dims: PromptDims;
  generation: Generation;
  padId: number;
  attention: "eager" | "sdpa";
  /** Awaited, so that all are told before the run ends. */
  onTokens: (tokens: NewTokens) => void | Promise<void>;
  /** Told of each step's attention mask. */
  onMask: (mask: tf.Tensor) => void;
}

/** Gives the number of steps made. The execution's values are its caller's to collect and dispose. */
export async function generate(request: GenerateRequest, execution: Execution): Promise<number> {
  const { batch, dims, generation, padId, onTokens } = request;
  // The last new token is not run on.
  const cache = new KvCache(dims.tokens + generation.maxNewTokens - 1);
  const prompt = await batch.ids.data();
  const counts = await batch.attention.data();
  const columns: Int32Array[] = [];
  const ended = new Uint8Array(dims.rows);
  try {
    for (let step = 0; step < generation.maxNewTokens; step++) {
      const next = forward(request, execution, cache, { step, column: columns[step - 1], counts });
      if (!next) return step + 1;
      const ids = Int32Array.from(await next.data(), (id, row) => (ended[row] ? padId : id));
      next.dispose();
      columns.push(ids);
      ids.forEach((id, row) => {
        if (id === generation.eosTokenId) ended[row] = 1;
      });
      cache.filled = dims.tokens + step;
      await onTokens({ step, ids: Array.from(ids) });
      if (ended.every((e) => e === 1)) break;
    }
    execution.endedEarly = columns.length < generation.maxNewTokens;
    finish(execution, prompt, columns, dims, generation.maxNewTokens);
    return columns.length;
  } finally {
    cache.dispose();
  }
}

interface Step {
  step: number;
  /** The ids that the last step made. */
  column: Int32Array | undefined;
  /** The prompt's attention mask. */
  counts: ArrayLike<number>;
}

/** One pass. The chosen ids [rows], or undefined where the program needs nothing further. */
function forward(request: GenerateRequest, execution: Execution, cache: KvCache, at: Step): tf.Tensor1D | undefined {
  const { model, batch, dims, attention, generation } = request;
  try {
    return tf.tidy(() => {
      const input = at.column ? later(dims, at.column, at.step, at.counts, cache.capacity) : batch;
      execution.atStep(at.step);
      request.onMask(input.mask);
      const context = { hooks: execution, mask: input.mask, attention, cache };
      const logits = model.logits({ ids: input.ids, positions: input.positions, attention: input.attention, context });
      const last = logits.reshape([dims.rows, logits.shape[2] as number]) as tf.Tensor2D;
      return nextTokens(last, generation, at.step);
    });
  } catch (error) {
    if (error === PASS_DONE) return undefined;
    throw error;
  }
}

/** The batch of a step after the first: one token a row, attending to all that count before it. */
function later(
  { rows, tokens }: PromptDims,
  column: Int32Array,
  step: number,
  counts: ArrayLike<number>,
  capacity: number,
): Batch {
  const keys = tokens + step;
  const attention = new Int32Array(rows * keys);
  const mask = new Uint8Array(rows * capacity);
  const positions = new Int32Array(rows);
  for (let r = 0; r < rows; r++) {
    let seen = 0;
    for (let k = 0; k < keys; k++) {
      const count = k < tokens ? (counts[r * tokens + k] as number) : 1;
      attention[r * keys + k] = count;
      mask[r * capacity + k] = count;
      if (k < tokens) seen += count;
    }
    positions[r] = seen + step - 1;
  }
  return {
    ids: tf.tensor(column, [rows, 1], "int32"),
    positions: tf.tensor(positions, [rows, 1], "int32"),
    attention: tf.tensor(attention, [rows, keys], "int32"),
    mask: tf.tensor(mask, [rows, 1, 1, capacity], "bool"),
  };
}

/** Prompt and new tokens pass as the generator's output. */
function finish(
  execution: Execution,
  prompt: ArrayLike<number>,
  columns: readonly Int32Array[],
  { rows, tokens }: PromptDims,
  end: number,
): void {
  const width = tokens + columns.length;
  const ids = new Int32Array(rows * width);
  for (let r = 0; r < rows; r++) {
    for (let t = 0; t < tokens; t++) ids[r * width + t] = prompt[r * tokens + t] as number;
    columns.forEach((column, step) => {
      ids[r * width + tokens + step] = column[r] as number;
    });
  }
  try {
    tf.tidy(() => {
      const whole = tf.tensor(ids, [rows, width], "int32");
      execution.atStep(end);
      execution.visit("generator", "output", whole);
    });
  } catch (error) {
    if (error !== PASS_DONE) throw error;
  }
}
