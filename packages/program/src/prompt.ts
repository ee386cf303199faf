import { ArgumentError, PromptError } from "./errors.ts";
import type { InputSpec, ModelSpec, PromptDims } from "./modelSpec.ts";
import type { Generation, Invoke } from "./program.ts";
import { formatShape } from "./shape.ts";

/**
 * Checks the prompts against the model and gives the sizes of the batch.
 * @throws PromptError: no prompt, an empty one, one longer than the model's positions, an id
 *   outside the vocabulary, a mask that does not fit.
 */
export function batchDims(spec: ModelSpec, invokes: readonly Invoke[]): PromptDims {
  if (spec.inputs) return tensorDims(spec.inputs, invokes);
  let rows = 0;
  let tokens = 0;
  for (const { ids, mask } of invokes) {
    if (ids.length === 0) throw new PromptError("A prompt has no rows.", "Pass text, or token ids.");
    for (const [r, row] of ids.entries()) {
      checkRow(spec, row);
      checkMask(row, mask ? mask[r] : undefined, mask !== undefined);
      tokens = Math.max(tokens, row.length);
    }
    if (mask && mask.length !== ids.length) {
      throw new PromptError(
        `The mask has ${mask.length} rows for ${ids.length} rows of ids.`,
        "Give one row of 0s and 1s a row of ids.",
      );
    }
    rows += ids.length;
  }
  if (rows === 0) throw new PromptError("There is no prompt.", "Pass text or token ids to trace.");
  return { rows, tokens, keys: tokens, predicted: tokens, generated: 0 };
}

/**
 * Checks how tokens are to be generated, for prompts of this many tokens.
 * @throws ArgumentError, or PromptError where prompt and new tokens exceed the model's positions.
 */
export function checkGeneration(spec: ModelSpec, tokens: number, generation: Generation): void {
  const fail = (name: keyof Generation, want: string): never => {
    throw new ArgumentError(`generate: ${name} is ${JSON.stringify(generation[name])}.`, `It must be ${want}.`, {
      name,
    });
  };
  const unknown = Object.keys(generation).find((key) => !GENERATION_KEYS.has(key));
  if (unknown) {
    throw new ArgumentError(
      `generate has no option ${JSON.stringify(unknown)}.`,
      `It has: ${[...GENERATION_KEYS].join(", ")}.`,
      { option: unknown },
    );
  }
  const { maxNewTokens, eosTokenId, temperature, topK, topP, seed } = generation;
  const whole = (x: unknown, least: number) => Number.isInteger(x) && (x as number) >= least;
  if (!whole(maxNewTokens, 1)) fail("maxNewTokens", "a positive integer");
  if (eosTokenId !== undefined && !(whole(eosTokenId, 0) && eosTokenId < spec.vocabSize))
    fail("eosTokenId", "an id of the vocabulary");
  if (temperature !== undefined && !(temperature > 0 && Number.isFinite(temperature)))
    fail("temperature", "a positive number");
  if (topK !== undefined && !whole(topK, 1)) fail("topK", "a positive integer");
  if (topP !== undefined && !(topP > 0 && topP <= 1)) fail("topP", "above 0 and at most 1");
  if (seed !== undefined && !Number.isInteger(seed)) fail("seed", "an integer");
  // The last new token is not run on.
  const positions = tokens + maxNewTokens - 1;
  if (positions > spec.maxTokens) {
    throw new PromptError(
      `A prompt of ${tokens} tokens and ${maxNewTokens} new ones need ${positions} positions; this model has ${spec.maxTokens} (n_positions).`,
      `Generate at most ${Math.max(0, spec.maxTokens - tokens + 1)} tokens, or shorten the prompt.`,
      { tokens, maxNewTokens, maxTokens: spec.maxTokens },
    );
  }
}

/** Which rows of the batch each invoke owns. */
export function rowRanges(invokes: readonly Invoke[]): { start: number; count: number }[] {
  let start = 0;
  return invokes.map((invoke) => {
    const range = { start, count: rowCount(invoke) };
    start += range.count;
    return range;
  });
}

const GENERATION_KEYS = new Set(["maxNewTokens", "eosTokenId", "doSample", "temperature", "topK", "topP", "seed"]);

/** How many rows of the batch an invoke is. */
export function rowCount({ ids, tensors }: Invoke): number {
  return tensors ? (tensors[0]?.shape[0] ?? 0) : ids.length;
}

/** The sizes of a batch of tensors. @throws PromptError for those that the model does not take. */
function tensorDims(inputs: readonly InputSpec[], invokes: readonly Invoke[]): PromptDims {
  let rows = 0;
  let tokens: number | undefined;
  for (const { tensors } of invokes) {
    if (tensors?.length !== inputs.length) {
      throw new PromptError(
        `This model takes ${inputs.length} tensor${inputs.length === 1 ? "" : "s"}; it got ${tensors?.length ?? 0}.`,
        "Pass one for each input.",
      );
    }
    const count = tensors[0]?.shape[0];
    for (const [i, tensor] of tensors.entries()) {
      const { shape, dtype } = inputs[i] as InputSpec;
      const fits =
        shape.length === tensor.shape.length &&
        shape.every((d, axis) => typeof d !== "number" || d === tensor.shape[axis]);
      const open = shape.flatMap((d, axis) => (d === "tokens" ? [tensor.shape[axis] as number] : []));
      tokens ??= open[0];
      if (!fits || dtype !== tensor.dtype || tensor.shape[0] !== count || !count || open.some((d) => d !== tokens)) {
        throw new PromptError(
          `Input ${i} takes ${dtype} [${shape.join(", ")}]; it got ${tensor.dtype} ${formatShape(tensor.shape)}.`,
          "Rows stand first, as many for every input; other open sizes agree.",
          { input: i, shape: [...tensor.shape] },
        );
      }
    }
    rows += count ?? 0;
  }
  if (rows === 0) throw new PromptError("There is no input.", "Pass a tensor to trace.");
  return { rows, tokens: tokens ?? 0, keys: 0, predicted: 0, generated: 0 };
}

function checkRow(spec: ModelSpec, row: readonly number[]): void {
  if (row.length === 0) {
    throw new PromptError("The prompt is empty: it has no tokens.", "Give at least one token; <|endoftext|> will do.");
  }
  if (row.length > spec.maxTokens) {
    throw new PromptError(
      `The prompt has ${row.length} tokens; this model has ${spec.maxTokens} positions (n_positions).`,
      `Shorten it to ${spec.maxTokens} tokens.`,
      { tokens: row.length, maxTokens: spec.maxTokens },
    );
  }
  const bad = row.find((id) => !Number.isInteger(id) || id < 0 || id >= spec.vocabSize);
  if (bad !== undefined) {
    throw new PromptError(
      `Token id ${bad} at position ${row.indexOf(bad)} is outside the vocabulary of ${spec.vocabSize}.`,
      `Ids run from 0 to ${spec.vocabSize - 1}.`,
      { id: bad, position: row.indexOf(bad), vocabSize: spec.vocabSize },
    );
  }
}

function checkMask(row: readonly number[], mask: readonly number[] | undefined, wanted: boolean): void {
  if (!wanted) return;
  if (!mask || mask.length !== row.length || mask.some((m) => m !== 0 && m !== 1)) {
    throw new PromptError("A row of the mask does not fit its ids.", "Give a 0 or a 1 for each id.", {
      ids: row.length,
      mask: mask?.length,
    });
  }
  if (!mask.includes(1)) throw new PromptError("A row of the mask is all 0.", "At least one token must count.");
}
