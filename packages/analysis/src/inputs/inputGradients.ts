/** Gradients of a metric with respect to the token embeddings, at the prompt or on the way to it. */
import { ArgumentError, callSite, tensor, type Value } from "insitu";
import { eachMeasured, type Metric, prepared } from "../metrics/metrics.ts";
import type { ModelShape } from "../shared/modelShape.ts";
import type { Request } from "../shared/request.ts";
import { rowsOfBackwardPass } from "../shared/rowsPerPass.ts";
import { type InputExperiment, repeated, wholeRun } from "./inputExperiment.ts";
import type { Quadrature } from "./quadrature.ts";

/** @throws ArgumentError for a metric whose gradient at the prompt itself tells nothing. */
export function checkTells(metric: Metric, method: string): void {
  if (!metric.ofReference || method === "integrated gradients") return;
  throw new ArgumentError(
    `${metric.name} of a run from itself is least there: its gradient is 0.`,
    'Take another metric, or the method "integrated gradients" or "occlusion".',
    { method },
  ).at(callSite());
}

/** Records one pass and its backward. Scores are row-major, [prompts, tokens]. */
export function recordGradient(
  request: Request,
  { rows, metric }: InputExperiment,
  method: "gradient x input" | "saliency",
): { scores: () => number[]; metric: () => number[] } {
  const { wte } = request.model.transformer;
  const run = request.trace(rows.ids, () => {
    const input = wte.output;
    const value = eachMeasured(request.model, metric, rows);
    const grad = value.sum().backward(() => input.grad);
    return { metric: value, scores: method === "saliency" ? grad.norm("euclidean", -1) : grad.mul(input).sum(-1) };
  });
  return { scores: () => Array.from(run.get("scores").data), metric: () => Array.from(run.get("metric").data) };
}

/**
 * Records the points on the way from the baseline to the embeddings as rows of one pass, or of several where they do
 * not fit. All rows' metrics are one loss: rows do not see each other, so that each gets its own gradient.
 */
export function recordIntegral(
  request: Request,
  experiment: InputExperiment,
  { points, weights }: Quadrature,
  shape: ModelShape,
  chunkBytes: number | undefined,
): { scores: () => number[]; metric: () => number[]; baseline: () => number[] } {
  const { rows, given, metric, baseline } = experiment;
  const { wte } = request.model.transformer;
  const prompts = rows.ids.length;
  const whole = wholeRun(request, experiment);
  const absent = request.trace(rows.ids, () => {
    wte.output.set(baseline.whole());
    return { metric: eachMeasured(request.model, metric, rows, whole.reference()) };
  });
  const size = Math.max(1, Math.floor(rowsOfBackwardPass(shape, rows.length, chunkBytes) / prompts));
  const passes = chunks(points.length, size).map(([from, to]) => {
    const times = to - from;
    const batch = repeated(rows, times);
    const batchMetric = prepared(request.model, given, batch);
    return request.trace(batch.ids, () => {
      const sizes = [times, prompts, rows.length, shape.width];
      const each = (numbers: readonly number[]) => tensor(Float32Array.from(numbers.slice(from, to)), [times, 1, 1, 1]);
      const from0 = baseline.whole();
      const difference: Value = wte.output.reshape(sizes).sub(from0);
      const path = difference
        .mul(each(points))
        .add(from0)
        .reshape([times * prompts, rows.length, shape.width]);
      wte.output = path;
      const value = eachMeasured(request.model, batchMetric, batch, whole.reference());
      const grad = value.sum().backward(() => path.grad);
      return { scores: grad.reshape(sizes).mul(each(weights)).sum(0).mul(difference.at(0)).sum(-1) };
    });
  });
  return {
    metric: () => Array.from(whole.run.get("metric").data),
    baseline: () => Array.from(absent.get("metric").data),
    scores: () =>
      passes
        .map((pass) => Array.from(pass.get("scores").data))
        .reduce((total, part) => total.map((x, i) => x + (part[i] as number))),
  };
}

/** [from, to) of each of the chunks that `count` makes, as equal as they get. */
function chunks(count: number, size: number): [number, number][] {
  const many = Math.ceil(count / size);
  return Array.from({ length: many }, (_, i) => [Math.floor((i * count) / many), Math.floor(((i + 1) * count) / many)]);
}
