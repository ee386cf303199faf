/** Occlusion: a token's embedding is replaced by the baseline, one token at a time. */

import { eachMeasured } from "../metrics/metrics.ts";
import { indices, type Request } from "../shared/request.ts";
import { type InputExperiment, wholeRun } from "./inputExperiment.ts";

/** Records a sweep with a program for each position. Scores are row-major, [prompts, tokens]. */
export function recordOcclusion(
  request: Request,
  experiment: InputExperiment,
): { scores: () => number[]; metric: () => number[] } {
  const { rows, metric, baseline } = experiment;
  const { wte } = request.model.transformer;
  const whole = wholeRun(request, experiment);
  const occluded = indices(rows.length).map((position) =>
    request.trace(rows.ids, () => {
      wte.output.at(":", position).set(baseline.at(position));
      return { metric: eachMeasured(request.model, metric, rows, whole.reference()) };
    }),
  );
  const measured = () => Array.from(whole.run.get("metric").data);
  return {
    metric: measured,
    scores: () =>
      measured().flatMap((whole, row) => occluded.map((run) => whole - (run.get("metric").data[row] as number))),
  };
}
