/** Scores of attention heads by where they look. */
import { ArgumentError, callSite, type GPT2LanguageModel, stack } from "insitu";
import { type Labelled, labelled } from "../shared/labelled.ts";
import { headLabels, layerLabels, modelShape } from "../shared/modelShape.ts";
import { byLength, type Prompts } from "../shared/prompts.ts";
import { indices, oneRequest, type RunOptions } from "../shared/request.ts";
import { cut, rowsOfPass } from "../shared/rowsPerPass.ts";
import { type HeadKind, headKinds, queriesWithTarget, targetMask } from "./attentionTargets.ts";
import { type RepeatedTokens, repeatedTokens } from "./repeatedTokens.ts";

export interface HeadScoresOptions extends RunOptions {
  /** The reader's own prompts, of any lengths. */
  prompts?: Prompts;
  /** Random tokens twice over: 4 rows of 25 unless given, where no prompts are. */
  random?: RepeatedTokens;
  /** Which scores; all unless given. */
  kinds?: readonly HeadKind[];
}

export interface HeadScores {
  /** [layer, head], 0 to 1, of each kind that was asked for. */
  scores: Record<HeadKind, Labelled>;
  /** How many queries each kind's mean is over. */
  queries: Record<HeadKind, number>;
  /** The tokens that were run. */
  ids: number[][];
}

/**
 * How much of its attention each head gives to the previous token ("previous"), to earlier positions of the same token
 * ("duplicate"), and to what followed the same token earlier ("induction", Olsson et al. 2022): the mean, over the
 * queries that have such a target, of the attention on all their targets. TransformerLens's `detect_head` has the same
 * targets, and divides by all queries.
 *
 * @throws PromptError for prompts in which no query has a target; ArgumentError for what there is not; both before
 *   anything runs. CancelledError once `signal` is aborted.
 */
export async function headScores(model: GPT2LanguageModel, options: HeadScoresOptions = {}): Promise<HeadScores> {
  const shape = modelShape(model);
  const { layers, heads, vocabulary } = shape;
  if (options.prompts !== undefined && options.random !== undefined) {
    throw new ArgumentError("Both prompts and random are given.", "Give one of them.").at(callSite());
  }
  const prompts = options.prompts ?? repeatedTokens(options.random ?? {}, vocabulary, model.spec.maxTokens);
  const kinds = headKinds(options.kinds);
  // Every layer's pattern is there at once, times its masks.
  const most = (tokens: number) => Math.ceil(rowsOfPass(shape, tokens, options.chunkBytes) / (2 * layers));
  const groups = byLength(model, prompts).flatMap((rows) => cut(rows, most(rows.length)));
  const rows: number[][] = [];
  for (const { ids, at } of groups) for (const [i, row] of ids.entries()) rows[at[i]!] = row;
  const queries = kinds.map((kind) => queriesWithTarget(kind, rows));
  const runs = await oneRequest(model, options, (request) =>
    groups.map(({ ids }) =>
      request.trace(ids, () => {
        const masks = kinds.map((kind) => targetMask(kind, ids).expandDims(1));
        const sums = model.transformer.h.map(({ attn }) =>
          stack(masks.map((mask) => attn.source.pattern.mul(mask).sum(-1).sum([0, 2]))),
        );
        return { sums: stack(sums, 1) };
      }),
    ),
  );
  const axes = [
    { name: "layer", labels: layerLabels(indices(layers)) },
    { name: "head", labels: headLabels(indices(heads)) },
  ];
  const scoresOf = (i: number): Labelled => {
    const size = layers * heads;
    const sums = indices(size).map((at) => runs.reduce((sum, run) => sum + run.get("sums").data[i * size + at]!, 0));
    return labelled(
      `${kinds[i]} token score`,
      axes,
      sums.map((sum) => sum / queries[i]!),
    );
  };
  return {
    scores: Object.fromEntries(kinds.map((kind, i) => [kind, scoresOf(i)])) as Record<HeadKind, Labelled>,
    queries: Object.fromEntries(kinds.map((kind, i) => [kind, queries[i]])) as Record<HeadKind, number>,
    ids: rows,
  };
}
