/** What a model would say next, and how likely each token of a text was. */
import { ArgumentError, callSite, type GPT2LanguageModel } from "insitu";
import { type Labelled, labelled } from "../shared/labelled.ts";
import { modelShape } from "../shared/modelShape.ts";
import { byLength, isOne, type Prompts, positionLabels, promptLabels, rowsOf, tokenLabels } from "../shared/prompts.ts";
import { oneRequest, type RunOptions } from "../shared/request.ts";
import { cut, rowsOfLogits, rowsOfPass } from "../shared/rowsPerPass.ts";
import { loss, tokenLosses } from "./metrics.ts";

export interface TopToken {
  id: number;
  token: string;
  logit: number;
  probability: number;
}

export interface TopTokensOptions extends RunOptions {
  /** How many; 10 unless given. */
  k?: number;
  /** After which position; the last unless given. Negative numbers count from the end. */
  position?: number;
}

/** The likeliest next tokens, falling. Ids and probabilities are of the whole vocabulary's softmax. One request. */
export async function topTokens(
  model: GPT2LanguageModel,
  prompt: string | readonly number[],
  options?: TopTokensOptions,
): Promise<TopToken[]>;
/** The same for several prompts, of any lengths: a table each. */
export async function topTokens(
  model: GPT2LanguageModel,
  prompts: readonly string[] | readonly (readonly number[])[],
  options?: TopTokensOptions,
): Promise<TopToken[][]>;
export async function topTokens(
  model: GPT2LanguageModel,
  prompts: Prompts,
  options: TopTokensOptions = {},
): Promise<TopToken[] | TopToken[][]> {
  const { k = 10, position = -1 } = options;
  const shape = modelShape(model);
  const { vocabulary } = shape;
  if (!Number.isInteger(k) || k < 1 || k > vocabulary)
    throw new ArgumentError(`k is ${k}.`, `It is a whole number from 1 to ${vocabulary}.`, { k }).at(callSite());
  const groups = byLength(model, prompts).flatMap((rows) =>
    cut(rows, rowsOfPass(shape, rows.length, options.chunkBytes)),
  );
  const runs = await oneRequest(model, options, (request) =>
    groups.map(({ ids }) =>
      request.trace(ids, () => {
        const logits = model.lm_head.output.at(":", position);
        const { values, indices } = logits.topk(k);
        // Of the whole vocabulary, not of the k.
        return { ids: indices, logits: values, probabilities: values.sub(logits.logSumExp(-1, true)).exp() };
      }),
    ),
  );
  const tables = new Array<TopToken[]>(groups[0]?.total ?? 0);
  for (const [group, { at }] of groups.entries()) {
    for (const [row, prompt] of at.entries()) {
      const of = (name: string) => Array.from(runs[group]!.get(name).at(row).data);
      const ids = of("ids");
      const tokens = tokenLabels(model, ids);
      const [logits, probabilities] = [of("logits"), of("probabilities")];
      tables[prompt] = ids.map((id, i) => ({
        id,
        token: tokens[i]!,
        logit: logits[i]!,
        probability: probabilities[i]!,
      }));
    }
  }
  return isOne(prompts) ? (tables[0] as TopToken[]) : tables;
}

/**
 * The loss of each token but the first, nats: -log p(token | what stands before it), labelled by that token. Over
 * [position], or [prompt, position] for several prompts of one length.
 */
export async function lossPerToken(
  model: GPT2LanguageModel,
  prompts: Prompts,
  options: RunOptions = {},
): Promise<Labelled> {
  const rows = rowsOf(model, prompts);
  loss().prepare?.(model, rows);
  const parts = cut(rows, rowsOfLogits(modelShape(model), rows.length, options.chunkBytes));
  const runs = await oneRequest(model, options, (request) =>
    parts.map(({ ids }) => request.trace(ids, () => ({ losses: tokenLosses(model.lm_head.output, ids) }))),
  );
  const position = { name: "position", labels: positionLabels(rows).slice(1) };
  const prompt = { name: "prompt", labels: promptLabels(model, rows) };
  return labelled(
    "loss",
    isOne(prompts) ? [position] : [prompt, position],
    runs.flatMap((run) => Array.from(run.get("losses").data)),
  );
}
