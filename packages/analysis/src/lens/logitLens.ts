/** The logit lens: what the model would say if it stopped at each place of its stream. */
import { ArgumentError, callSite, type GPT2LanguageModel, type Held, type Value } from "insitu";
import { finite } from "../metrics/metrics.ts";
import { atPositions, type Batch, batchOf } from "../shared/batch.ts";
import { heldValue } from "../shared/heldValue.ts";
import { modelShape } from "../shared/modelShape.ts";
import type { Prompts } from "../shared/prompts.ts";
import { oneRequest, type Request, type RunOptions } from "../shared/request.ts";
import { type Token, tokenId } from "../shared/tokens.ts";
import { type LensPlace, type LensSite, lensPlaces, streamAt } from "./lensPlaces.ts";
import { type LogitLens, lensResult } from "./lensResult.ts";
import { type LensFunction, type Unembedding, unembedding } from "./unembedding.ts";

export interface LogitLensOptions extends RunOptions {
  /** Which places of the layers; "embed" (the stream before the first) and "resid_post" unless given. */
  sites?: readonly LensSite[];
  /** Which layers; all unless given. Negative numbers count from the end, here and below. */
  layers?: readonly number[];
  /** Which positions; all unless given. */
  positions?: readonly number[];
  /** How many of the likeliest tokens are kept of each place; 5 unless given. */
  k?: number;
  /** Tokens whose probability, logit and rank are wanted everywhere. */
  tokens?: readonly Token[];
  /** What reads the stream; the model's own `ln_f` and `lm_head` unless given. */
  unembedding?: Unembedding;
  /** Keeps every logit: prompts x places x positions x vocabulary x 4 bytes come to the page. */
  keepLogits?: boolean;
}

/**
 * Reads every place of the residual stream with the model's own unembedding (nostalgebraist, "interpreting GPT: the
 * logit lens", 2020), or with a given one, as a tuned lens (Belrose et al. 2023). One request: the streams stay on the
 * device, each place is read there, and only the figures come back.
 *
 * @throws PromptError for prompts of different lengths or a token that is none; ArgumentError for what there is not;
 *   ShapeMismatchError for an unembedding of another shape; all before anything runs. CancelledError once `signal` is
 *   aborted.
 */
export async function logitLens(
  model: GPT2LanguageModel,
  prompt: Prompts,
  options: LogitLensOptions = {},
): Promise<LogitLens> {
  const shape = modelShape(model);
  const batch = batchOf(model, prompt, options.positions);
  const places = lensPlaces(options.sites, options.layers, shape.layers);
  const ids = [options.tokens ?? []].flat().map((token) => tokenId(model, token));
  const { k = 5, keepLogits = false } = options;
  if (!Number.isInteger(k) || k < 1 || k > shape.vocabulary) {
    throw new ArgumentError(`k is ${k}.`, `Keep 1 to ${shape.vocabulary} tokens of each place.`, { k }).at(callSite());
  }
  const readings = await oneRequest(model, options, (request) => {
    const run = recordRun(request, batch, places, () => unembedding(model, options.unembedding, shape));
    return places.map((place, i) =>
      request.trace(batch.ids, () => {
        const { streams, final, read } = run();
        const logits = read(heldValue(streams[i]!), place);
        return { ...figures(logits, heldValue(final), k, ids), ...(keepLogits && { all: logits }) };
      }),
    );
  });
  return lensResult(model, { batch, places, k, ids, keepLogits }, readings);
}

interface Run {
  streams: Held[];
  /** Logarithms of the final probabilities, [prompts, positions, vocabulary]. */
  final: Held;
  read: LensFunction;
}

/**
 * Adds the run whose stream is read; gives what it holds, once it is recorded. Programs of their own read that, so that
 * one place's logits live at once.
 */
function recordRun(
  request: Request,
  batch: Batch,
  places: readonly LensPlace[],
  prepare: () => LensFunction,
): () => Run {
  const { model } = request;
  let run: Run | undefined;
  request.trace(batch.ids, () => {
    const streams = places.map((place) => atPositions(streamAt(model, place), batch).hold());
    const logits = atPositions(model.lm_head.output, batch);
    run = { streams, final: logits.logSoftmax().hold(), read: prepare() };
    return undefined;
  });
  return () => run as Run;
}

/** What is saved of a place, from its logits [prompts, positions, vocabulary]. */
function figures(logits: Value, final: Value, k: number, ids: readonly number[]): Record<string, Value> {
  const normalizer = logits.logSumExp(-1, true);
  const logs = logits.sub(normalizer);
  const { values, indices } = logits.topk(k);
  const saved: Record<string, Value> = {
    topIds: indices,
    topLogits: values,
    topLogs: values.sub(normalizer),
    entropy: logs.exp().mul(finite(logs)).sum(-1).neg(),
    kl: final
      .exp()
      .mul(finite(final).sub(finite(logs)))
      .sum(-1),
  };
  if (ids.length > 0) {
    const chosen = logits.at("...", [...ids]);
    saved["logits"] = chosen;
    saved["logs"] = chosen.sub(normalizer);
  }
  for (const [i, id] of ids.entries()) saved[`rank${i}`] = rankOf(logits, id);
  return saved;
}

/** How many tokens have a higher logit: [prompts, positions]. */
const rankOf = (logits: Value, id: number): Value =>
  logits
    .greater(logits.at("...", [id]))
    .cast("float32")
    .sum(-1);
