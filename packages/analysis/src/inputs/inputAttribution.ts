/** Attribution of inputs: how much each token of the prompt did for a metric. */
import { ArgumentError, callSite, type GPT2LanguageModel } from "insitu";
import { checkGradient, type Metric, type MetricLike, prepared } from "../metrics/metrics.ts";
import { type Batch, batchOf } from "../shared/batch.ts";
import { type Labelled, labelled } from "../shared/labelled.ts";
import { modelShape } from "../shared/modelShape.ts";
import type { Prompts } from "../shared/prompts.ts";
import { oneRequest, type RunOptions } from "../shared/request.ts";
import { type Baseline, baselineOf } from "./baselines.ts";
import { checkTells, recordGradient, recordIntegral } from "./inputGradients.ts";
import { recordOcclusion } from "./occlusion.ts";
import { type QuadratureRule, quadrature } from "./quadrature.ts";

/**
 * - "gradient x input": gradient · embedding (Shrikumar et al. 2017).
 * - "saliency": the gradient's Euclidean norm (Simonyan et al. 2014). It has no sign.
 * - "integrated gradients": (embedding - baseline) · mean gradient on the way between them (Sundararajan et al. 2017).
 * - "occlusion": the metric, less the metric with the token's embedding replaced by the baseline (Zeiler & Fergus 2014).
 */
export type AttributionMethod = (typeof METHODS)[number];

const METHODS = ["gradient x input", "saliency", "integrated gradients", "occlusion"] as const;

export interface InputAttributionOptions extends RunOptions {
  method: AttributionMethod;
  /** What is explained: a metric, or a function of the logits that gives one number for each prompt. */
  metric: MetricLike;
  /** What stands for no token, in integrated gradients and occlusion; "zeros" unless given. */
  baseline?: Baseline;
  /** Of integrated gradients: how many points between baseline and embedding; 32 unless given. */
  steps?: number;
  /** Of integrated gradients: where those points stand; "midpoint" unless given. */
  rule?: QuadratureRule;
}

export interface InputAttribution {
  /** A number for each token: [position] for one prompt, [prompt, position] for a list of them. In the metric's unit. */
  scores: Labelled;
  /** The metric of each prompt as it is. */
  metric: number[];
  /** The metric of each prompt with every embedding replaced by the baseline. Integrated gradients only. */
  baseline: number[] | undefined;
  /**
   * Of each prompt, Σ scores - (metric - baseline): 0 were the integral exact. Integrated gradients only. Take more
   * steps where it is not small beside the metric's change.
   */
  convergenceDelta: number[] | undefined;
  /** Each prompt's tokens. */
  tokens: string[][];
}

/**
 * Scores each token of a prompt by what its embedding (`transformer.wte.output`; positions are kept) did for a metric.
 * One request: one pass and its backward; for integrated gradients the points on the way as rows of one pass, or as
 * few as fit `chunkBytes`; for occlusion a sweep with a program for each position.
 *
 * @throws PromptError for prompts of different lengths or a token that is none; ArgumentError for a method, a rule,
 *   steps or a baseline that there is not, or that the method does not take; GradientError for a metric without
 *   gradient; ShapeMismatchError for a metric that gives not one number for each prompt: all before anything runs.
 *   CancelledError once `signal` is aborted.
 */
export async function inputAttribution(
  model: GPT2LanguageModel,
  prompt: Prompts,
  options: InputAttributionOptions,
): Promise<InputAttribution> {
  const { method } = options;
  checkMethod(options);
  const rows = batchOf(model, prompt);
  const metric = prepared(model, options.metric, rows);
  if (method !== "occlusion") {
    checkGradient(options.metric);
    checkTells(metric, method);
  }
  const shape = modelShape(model);
  const baseline = baselineOf(model, options.baseline ?? "zeros", rows, shape.width);
  const experiment = { rows, given: options.metric, metric, baseline };
  if (method === "occlusion") {
    const run = await oneRequest(model, options, (request) => recordOcclusion(request, experiment));
    return attribution(method, experiment, run.scores(), run.metric());
  }
  if (method !== "integrated gradients") {
    const run = await oneRequest(model, options, (request) => recordGradient(request, experiment, method));
    return attribution(method, experiment, run.scores(), run.metric());
  }
  const points = quadrature(options.rule ?? "midpoint", options.steps ?? 32);
  const run = await oneRequest(model, options, (request) =>
    recordIntegral(request, experiment, points, shape, options.chunkBytes),
  );
  const [scores, whole, absent] = [run.scores(), run.metric(), run.baseline()];
  const sums = rows.ids.map((_, row) => sum(scores.slice(row * rows.length, (row + 1) * rows.length)));
  return {
    ...attribution(method, experiment, scores, whole),
    baseline: absent,
    convergenceDelta: sums.map((total, row) => total - (whole[row]! - absent[row]!)),
  };
}

function checkMethod({ method, baseline, steps, rule }: InputAttributionOptions): void {
  if (!METHODS.includes(method)) {
    throw new ArgumentError(
      `There is no method ${JSON.stringify(method)}.`,
      `There are ${METHODS.map((name) => JSON.stringify(name)).join(", ")}.`,
      { method },
    ).at(callSite());
  }
  const integral = method === "integrated gradients";
  const unused = Object.entries({
    baseline: integral || method === "occlusion" ? undefined : baseline,
    steps: integral ? undefined : steps,
    rule: integral ? undefined : rule,
  }).find(([, given]) => given !== undefined);
  if (!unused) return;
  throw new ArgumentError(
    `${method} has no ${unused[0]}.`,
    unused[0] === "baseline"
      ? "Integrated gradients and occlusion compare with a baseline; leave it out here."
      : "Integrated gradients has it; leave it out here.",
    { method },
  ).at(callSite());
}

function attribution(
  method: AttributionMethod,
  { rows, metric }: { rows: Batch; metric: Metric },
  scores: readonly number[],
  whole: number[],
): InputAttribution {
  return {
    scores: labelled(`${method} on ${metric.name}`, [...rows.prompts, rows.position], scores),
    metric: whole,
    baseline: undefined,
    convergenceDelta: undefined,
    tokens: rows.tokens,
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, x) => total + x, 0);
