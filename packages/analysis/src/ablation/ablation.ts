/** Ablation: what becomes of a metric without parts of the model. */
import { ArgumentError, callSite, type GPT2LanguageModel, type Held } from "insitu";
import { type Metric, type MetricLike, measured, prepared } from "../metrics/metrics.ts";
import { type Labelled, labelled } from "../shared/labelled.ts";
import { meanOf } from "../shared/mean.ts";
import { modelShape } from "../shared/modelShape.ts";
import { type Prompts, positionLabels, type Rows, rowsOf } from "../shared/prompts.ts";
import { chosen, oneRequest, type Recorded, type Request, type RunOptions } from "../shared/request.ts";
import { type ReadyReplacement, type Replacement, readyReplacement, zeroAblation } from "./replacement.ts";
import { activation, checkedUnits, placesOf, type Unit, type Units, unitLabel, unitsOf } from "./units.ts";

interface CommonOptions extends RunOptions {
  /** What stands in their place: `zeroAblation()` unless given, `meanAblation(references)` or `resampleAblation(references)`. */
  with?: Replacement;
  /** What is measured, as the mean over prompts. `klDivergence()` is from the whole model. */
  metric: MetricLike;
  /** At which positions; all unless given. Negative numbers count from the end. Not for `position` units. */
  positions?: readonly number[];
}

export interface AblateOptions extends CommonOptions {
  /** Ablated all at once: `[head(1, 0), mlp(2)]`. */
  units: readonly Unit[];
}

export interface Ablation {
  /** What was ablated: "L1H0", "L2 mlp" … */
  units: string[];
  /** The metric of the whole model, and without the units. */
  before: number;
  after: number;
  /** after - before. */
  change: number;
}

/**
 * Ablates some units together, over one or several prompts of one length. One request.
 * @throws ArgumentError for units that there are not or none; PromptError for references of another length; before
 *   anything runs.
 */
export async function ablate(model: GPT2LanguageModel, prompts: Prompts, options: AblateOptions): Promise<Ablation> {
  const experiment = setup(model, prompts, options);
  const { rows } = experiment;
  const units = checkedUnits(options.units, modelShape(model), rows.length);
  checkPositions(units, experiment);
  const run = await oneRequest(model, options, (request) => record(request, experiment, [units]));
  const [before, after] = [meanOf(run.whole), meanOf(run.ablated[0] as Recorded)];
  const labels = units.map((unit) => unitLabel(unit, positionLabels(rows)));
  return { units: labels, before, after, change: after - before };
}

export interface AblateEachOptions extends CommonOptions {
  /** Each in turn: "heads", "attns", "mlps", "layers", "positions", `{ neuronsOf: layer }`, or a list of units. */
  units: Units;
}

export interface AblationSweep {
  /** The metric of the whole model. */
  before: number;
  /** The metric without each unit: over [layer, head], [layer], [position], [neuron] or [unit]. */
  after: Labelled;
  /** after - before. */
  change: Labelled;
}

/** Ablates units one at a time. One request; the runs share what comes before their unit. @throws as `ablate`. */
export async function ablateEach(
  model: GPT2LanguageModel,
  prompts: Prompts,
  options: AblateEachOptions,
): Promise<AblationSweep> {
  const experiment = setup(model, prompts, options);
  const { rows, metric } = experiment;
  const { units, axes } = unitsOf(options.units, modelShape(model), positionLabels(rows));
  checkPositions(units, experiment);
  const run = await oneRequest(model, options, (request) =>
    record(
      request,
      experiment,
      units.map((unit) => [unit]),
    ),
  );
  const before = meanOf(run.whole);
  const after = labelled(`${metric.name}, ablated`, axes, run.ablated.map(meanOf));
  return { before, after, change: after.map((x) => x - before, `change of ${metric.name}`) };
}

interface Experiment {
  rows: Rows;
  metric: Metric;
  replacement: ReadyReplacement;
  positions: number[] | undefined;
}

function setup(model: GPT2LanguageModel, prompts: Prompts, options: CommonOptions): Experiment {
  const rows = rowsOf(model, prompts);
  return {
    rows,
    metric: prepared(model, options.metric, rows),
    replacement: readyReplacement(model, options.with ?? zeroAblation(), rows),
    positions: options.positions && chosen(options.positions, rows.length, "positions"),
  };
}

/** @throws ArgumentError for positions beside a unit that is one. */
function checkPositions(units: readonly Unit[], { positions }: Experiment): void {
  if (positions === undefined || units.every(({ kind }) => kind !== "position")) return;
  throw new ArgumentError("A position unit has its own position.", "Leave positions out, or ablate other units.").at(
    callSite(),
  );
}

/** The whole model's run, and one for each set of units. */
function record(request: Request, experiment: Experiment, sets: readonly (readonly Unit[])[]) {
  const { model } = request;
  const { rows, metric, replacement, positions } = experiment;
  let reference: Held | undefined;
  const places = sets.map((units) => placesOf(units, positions));
  replacement.record(request, placesOf(sets.flat(), positions));
  if (metric.ofReference) {
    request.trace(rows.ids, () => {
      reference = metric.ofReference?.(model.lm_head.output).hold();
      return undefined;
    });
  }
  const measure = () => ({ metric: measured(model, metric, rows, reference) });
  return {
    whole: request.trace(rows.ids, measure),
    ablated: places.map((some) =>
      request.trace(rows.ids, () => {
        for (const place of some) activation(model, place).set(replacement.for(place));
        return measure();
      }),
    ),
  };
}
