/** What both kinds of patching take and give. */
import { callSite, type GPT2LanguageModel, type Held, PromptError } from "insitu";
import { type Metric, type MetricLike, measured, prepared } from "../metrics/metrics.ts";
import { type Labelled, labelled } from "../shared/labelled.ts";
import { isEdited, modelShape } from "../shared/modelShape.ts";
import { checkPair, type Prompts, positionLabels, type Rows, rowsOf } from "../shared/prompts.ts";
import type { Request, RunOptions } from "../shared/request.ts";
import { type CellOptions, type Cells, cellsOf } from "./cells.ts";

export interface PatchingOptions extends CellOptions, RunOptions {
  /** What is patched in: this prompt's activations. Several prompts, of one length, give the mean over them. */
  clean: Prompts;
  /** What is run and patched: as many prompts, of as many tokens. */
  corrupt: Prompts;
  /** What is measured. `klDivergence()` is from the clean run. */
  metric: MetricLike;
}

/** A sweep's results, a number for each cell. */
export interface Patching {
  /** The patched run's metric, less the corrupt run's. */
  effect: Labelled;
  /** The patched run's metric. */
  patched: Labelled;
  /**
   * The effect as a part of clean - corrupt: 1 where patching restores the clean metric, 0 where it does nothing. NaN or
   * infinite where both runs have the same metric.
   */
  recovered: Labelled;
  /** The metric of the clean run, and of the corrupt run, unpatched. */
  clean: number;
  corrupt: number;
  /** The tokens of each prompt. */
  tokens: { clean: string[][]; corrupt: string[][] };
}

/** A patching experiment, checked. */
export interface Setup {
  clean: Rows;
  corrupt: Rows;
  metric: Metric;
  cells: Cells;
  /** Whether the model has edits of its own. */
  edited: boolean;
}

/** @throws PromptError, ArgumentError: everything that can be known before anything runs. */
export function setup(model: GPT2LanguageModel, options: PatchingOptions): Setup {
  const clean = rowsOf(model, options.clean, "clean prompt");
  const corrupt = rowsOf(model, options.corrupt, "corrupt prompt");
  checkPair(clean, corrupt);
  if (clean.ids.join() === corrupt.ids.join()) {
    throw new PromptError(
      "The clean prompt is the corrupt one: there is nothing to patch.",
      "Change what the answer hangs on in one of them.",
    ).at(callSite());
  }
  const metric = prepared(model, options.metric, clean);
  const edited = isEdited(model, clean.ids);
  return { clean, corrupt, metric, edited, cells: cellsOf(options, modelShape(model), positionLabels(clean, corrupt)) };
}

/** What a metric needs of the run that others are compared with, once that is recorded. */
export interface Reference {
  held?: Held;
}

/** The clean run: its metric, what the metric needs of it as a reference, and what `more` holds. */
export function cleanRun(request: Request, { clean, metric }: Setup, more: () => void) {
  const { model } = request;
  const reference: Reference = {};
  const run = request.trace(clean.ids, () => {
    more();
    if (!metric.ofReference) return { metric: measured(model, metric, clean) };
    reference.held = metric.ofReference(model.lm_head.output).hold();
    return undefined;
  });
  // A metric that compares runs needs the reference beside it: the clean run's is that of a run of its own.
  if (!metric.ofReference) return { run, reference };
  return {
    run: request.trace(clean.ids, () => ({ metric: measured(model, metric, clean, reference.held) })),
    reference,
  };
}

/** Results of effects. */
export function patching(
  name: string,
  effects: readonly number[],
  [clean, corrupt]: [number, number],
  { cells, metric, ...rows }: Setup,
): Patching {
  const effect = labelled(`${name} on ${metric.name}`, cells.axes, effects);
  return {
    effect,
    patched: effect.map((x) => x + corrupt, `${metric.name}, patched`),
    recovered: effect.map((x) => x / (clean - corrupt), `part of ${metric.name} recovered`),
    clean,
    corrupt,
    tokens: { clean: rows.clean.tokens, corrupt: rows.corrupt.tokens },
  };
}
