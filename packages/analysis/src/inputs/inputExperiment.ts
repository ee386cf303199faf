/** An attribution of inputs: its prompts, which a run may hold several times over, and a metric of one number for each. */
import { callSite, type Held, ShapeMismatchError, type Value } from "insitu";
import { type Metric, type MetricLike, measured } from "../metrics/metrics.ts";
import type { Rows } from "../shared/prompts.ts";
import { indices, type Recorded, type Request } from "../shared/request.ts";
import type { CheckedBaseline } from "./baselines.ts";

/** An attribution of inputs, checked. */
export interface InputExperiment {
  rows: Rows;
  /** As it was given, for runs of other rows, and prepared for these. */
  given: MetricLike;
  metric: Metric;
  baseline: CheckedBaseline;
}

/** The prompts `times` over, one after the other. */
export const repeated = (rows: Rows, times: number): Rows => ({
  ids: indices(times).flatMap(() => rows.ids),
  tokens: indices(times).flatMap(() => rows.tokens),
  length: rows.length,
  at: indices(times).flatMap(() => rows.at),
  total: rows.total,
});

/** Records the metric: float32 [rows]. @throws ShapeMismatchError for one number for all rows. */
export function perPrompt(request: Request, metric: Metric, rows: Rows, reference?: Held): Value {
  const value = measured(request.model, metric, rows, reference);
  if (value.size === rows.ids.length) return value;
  throw new ShapeMismatchError(
    `The metric ${metric.name} gives one number for ${rows.ids.length} rows.`,
    'Give one for each: index logits by .at(":", -1, id), not .at(0, -1, id), and take no mean over prompts.',
  ).at(callSite());
}

/**
 * The prompts as they are: their metric, and what the metric needs of them as a reference, `times` over. A reference is
 * there once its run has been recorded: in the bodies of later ones.
 */
export function wholeRun(
  request: Request,
  { metric, rows }: InputExperiment,
): { run: Recorded; reference: (times: number) => () => Held | undefined } {
  const { model } = request;
  const ofReference = metric.ofReference;
  if (!ofReference) {
    const run = request.trace(rows.ids, () => ({ metric: perPrompt(request, metric, rows) }));
    return { run, reference: () => () => undefined };
  }
  const known = new Map<number, () => Held | undefined>();
  const reference = (times: number): (() => Held | undefined) => {
    let held: Held | undefined;
    const get = known.get(times) ?? (() => held);
    if (known.has(times)) return get;
    known.set(times, get);
    request.trace(rows.ids, () => {
      const value = ofReference(model.lm_head.output);
      const ones = new Array<number>(value.rank - 1).fill(1);
      held = (times === 1 ? value : value.tile([times, ...ones])).hold();
      return undefined;
    });
    return get;
  };
  const own = reference(1);
  return { run: request.trace(rows.ids, () => ({ metric: perPrompt(request, metric, rows, own()) })), reference };
}
