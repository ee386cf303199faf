/** An attribution of inputs: its prompts, which a run may hold several times over, and a metric of one number for each. */
import type { Held } from "insitu";
import { eachMeasured, type Metric, type MetricLike } from "../metrics/metrics.ts";
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

/**
 * The prompts as they are: their metric, and what the metric needs of them as a reference. That is there once its run
 * has been recorded: in the bodies of later ones.
 */
export function wholeRun(
  request: Request,
  { metric, rows }: InputExperiment,
): { run: Recorded; reference: () => Held | undefined } {
  const { model } = request;
  const { ofReference } = metric;
  let held: Held | undefined;
  if (ofReference) {
    request.trace(rows.ids, () => {
      held = ofReference(model.lm_head.output).hold();
      return undefined;
    });
  }
  const reference = () => held;
  return {
    run: request.trace(rows.ids, () => ({ metric: eachMeasured(model, metric, rows, reference()) })),
    reference,
  };
}
