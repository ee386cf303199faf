/** Runs a program step by step, one new token a row at each. */
import type { Generation, OnTokens, PromptDims } from "@insitu/program";
import type { AttentionMask } from "./attentionMask.ts";
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
  onTokens: OnTokens;
  /** Told of each step's attention mask. */
  onMask: (mask: AttentionMask) => void;
}

/** Gives the number of steps made. The execution's values are its caller's to collect and dispose. */
export async function generate(request: GenerateRequest, execution: Execution): Promise<number> {
  const { batch, dims, generation, padId, onTokens } = request;
  // The last new token is not run on.
  const cache = new KvCache(dims.tokens + generation.maxNewTokens - 1);
  const prompt = await batch.ids.data();
  const { counts, seen } = countedPositions(await batch.attention.data(), dims, cache.capacity);
  const columns: Int32Array[] = [];
  const ended = new Uint8Array(dims.rows);
  try {
    for (let step = 0; step < generation.maxNewTokens; step++) {
      const column = columns[step - 1];
      const next = forward(request, execution, cache, step, column && { column, counts, seen });
      if (!next) return step + 1;
      const ids = Int32Array.from(await next.data(), (id, row) => (ended[row] ? padId : id));
      next.dispose();
      columns.push(ids);
      ids.forEach((id, row) => {
        if (id === generation.eosTokenId) ended[row] = 1;
      });
      cache.filled = dims.tokens + step;
      const told = await onTokens({ step, ids: Array.from(ids) });
      if (told === "stop" || ended.every((e) => e === 1)) break;
    }
    execution.endedEarly = columns.length < generation.maxNewTokens;
    finish(execution, prompt, columns, dims, generation.maxNewTokens);
    return columns.length;
  } finally {
    counts.dispose();
    cache.dispose();
  }
}

/** Of every step after the first: all new positions count, one token a row. */
interface Later {
  /** The ids that the last step made. */
  column: Int32Array;
  /** int32 [rows, capacity]. */
  counts: tf.Tensor;
  /** Positions of the prompt that count, a row. */
  seen: readonly number[];
}

/** One pass. The chosen ids [rows], or undefined where the program needs nothing further. */
function forward(
  request: GenerateRequest,
  execution: Execution,
  cache: KvCache,
  step: number,
  later: Later | undefined,
): tf.Tensor1D | undefined {
  const { model, batch, dims, attention, generation } = request;
  try {
    return tf.tidy(() => {
      execution.atStep(step);
      const mask: AttentionMask = later
        ? { counts: later.counts, past: cache.filled, tokens: 1 }
        : { counts: batch.attention, past: 0, tokens: dims.tokens };
      request.onMask(mask);
      const input = later ? inputOf(later, dims, step, execution) : batch;
      const context = { hooks: execution, mask, attention, cache };
      const logits = model.logits({ ...input, context });
      const last = logits.reshape([dims.rows, logits.shape[2] as number]) as tf.Tensor2D;
      return nextTokens(last, generation, step);
    });
  } catch (error) {
    if (error === PASS_DONE) return undefined;
    throw error;
  }
}

function inputOf({ column, counts, seen }: Later, { rows, tokens }: PromptDims, step: number, hooks: Execution): Batch {
  return {
    ids: tf.tensor(column, [rows, 1], "int32"),
    positions: tf.tensor(
      seen.map((count) => count + step - 1),
      [rows, 1],
      "int32",
    ),
    // Only who looks needs it cut to its length.
    attention: hooks.taps("", "inputs.attention_mask") ? tf.slice(counts, [0, 0], [rows, tokens + step]) : counts,
  };
}

/** The prompt's counts, and a 1 for every position to come. */
function countedPositions(
  prompt: ArrayLike<number>,
  { rows, tokens }: PromptDims,
  capacity: number,
): Pick<Later, "counts" | "seen"> {
  const counts = new Int32Array(rows * capacity).fill(1);
  const seen = new Array<number>(rows).fill(0);
  for (let r = 0; r < rows; r++) {
    for (let t = 0; t < tokens; t++) {
      const count = prompt[r * tokens + t] as number;
      counts[r * capacity + t] = count;
      (seen[r] as number) += count;
    }
  }
  return { counts: tf.tensor(counts, [rows, capacity], "int32"), seen };
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
