/** Attribution patching: a whole sweep estimated from gradients, in two forward passes and one backward. */
import { ArgumentError, callSite, type GPT2LanguageModel, type Held, stack } from "insitu";
import { checkGradient, measured } from "../metrics/metrics.ts";
import { meanOf } from "../shared/mean.ts";
import { modelShape } from "../shared/modelShape.ts";
import { indices, oneRequest, type Request } from "../shared/request.ts";
import { axesOf, valueAt } from "../shared/sites.ts";
import { recordSweep, sweepResult } from "./activationPatching.ts";
import { correlation } from "./correlation.ts";
import { cleanRun, type Patching, type PatchingOptions, patching, type Setup, setup } from "./patching.ts";

export interface AttributionPatchingOptions extends PatchingOptions {
  /** Runs the true sweep in the same request, and gives it with how the two correlate. */
  compare?: boolean;
}

export interface AttributionPatching extends Patching {
  /** With `compare`: what `activationPatching` gives for the same options. */
  actual: Patching | undefined;
  /** With `compare`: Pearson's correlation of both effects over the cells. */
  correlation: number | undefined;
}

/**
 * Estimates what `activationPatching` would find by the first-order Taylor expansion of the metric around the corrupt
 * run: Σ (clean activation - corrupt activation) · d metric / d activation, over the entries that a cell patches (Nanda,
 * "Attribution patching", 2023). Figures are estimates: look at the correlation before they are trusted.
 *
 * @throws what `activationPatching` throws; GradientError for a metric without gradient.
 */
export async function attributionPatching(
  model: GPT2LanguageModel,
  options: AttributionPatchingOptions,
): Promise<AttributionPatching> {
  const checked = setup(model, options);
  checkGradient(options.metric);
  checkOneLayer(checked);
  const { layers } = modelShape(model);
  const run = await oneRequest(model, options, (request) => ({
    estimate: recordEstimate(request, checked, layers),
    sweep: options.compare ? recordSweep(request, checked) : undefined,
  }));
  const metrics: [number, number] = [meanOf(run.estimate.clean), meanOf(run.estimate.corrupt)];
  const products = run.estimate.corrupt.get("products");
  const positions = products.shape.at(-1) as number;
  const heads = products.rank === 3 ? (products.shape[1] as number) : 1;
  const effects = checked.cells.cells.map((cell) => {
    let effect = 0;
    for (const layer of cell.layers) {
      for (const head of cell.heads.flatMap((one) => (one === undefined ? indices(heads) : [one]))) {
        for (const position of cell.positions ?? indices(positions))
          effect += products.data[(layer * heads + head) * positions + position] as number;
      }
    }
    return effect;
  });
  const estimate = patching("estimated effect", effects, metrics, checked);
  if (!run.sweep) return { ...estimate, actual: undefined, correlation: undefined };
  const actual = sweepResult(run.sweep, checked);
  return { ...estimate, actual, correlation: correlation(estimate.effect, actual.effect) };
}

/** What is patched at several layers is overwritten by the last of them: estimates of each do not add up. */
function checkOneLayer({ cells }: Setup): void {
  if (cells.cells.every(({ layers }) => layers.length === 1)) return;
  throw new ArgumentError(
    "A cell patches several layers at once, of which gradients give no estimate.",
    'Put "layer" in by, or name one layer; activationPatching takes several.',
  ).at(callSite());
}

/** Saves (clean - corrupt) · gradient, summed over what no cell divides: [layers, (heads,) positions]. */
function recordEstimate(request: Request, experiment: Setup, layers: number) {
  const { model } = request;
  const { corrupt, metric } = experiment;
  const { site } = experiment.cells;
  const axes = axesOf(site);
  const states: Held[] = [];
  const clean = cleanRun(request, experiment, () => {
    for (const layer of indices(layers)) states.push(valueAt(model, site, layer).hold());
  });
  return {
    clean: clean.run,
    corrupt: request.trace(corrupt.ids, () => {
      const values = indices(layers).map((layer) => valueAt(model, site, layer));
      const measure = measured(model, metric, corrupt, clean.reference.held);
      // The mean over prompts, so that each prompt's gradient is already its part of the mean.
      const grads = measure.mean().backward(() => values.map((value) => value.grad));
      const products = values.map((value, layer) => {
        const product = value.neg().add(states[layer]!).mul(grads[layer]!);
        if (axes.head === undefined) return product.sum([0, 2]);
        const both = product.sum([0, 3]);
        return axes.head > axes.position ? both.transpose() : both;
      });
      return { metric: measure, products: stack(products) };
    }),
  };
}
