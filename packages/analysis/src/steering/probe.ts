/** Linear probes: the direction of a concept in the stream, found by logistic regression. */
import { ArgumentError, callSite, type GPT2LanguageModel } from "insitu";
import { labelled } from "../shared/labelled.ts";
import { layerLabels } from "../shared/modelShape.ts";
import { Pauses } from "../shared/pauses.ts";
import type { Prompts } from "../shared/prompts.ts";
import { indices, oneRequest, type RunOptions } from "../shared/request.ts";
import {
  type ActivationPosition,
  type Place,
  type PlaceOptions,
  placeOf,
  promptsAt,
  recordEach,
} from "./activations.ts";
import { stratifiedFolds } from "./folds.ts";
import { accuracyOf, type Examples, fitLogistic, type Logistic } from "./logisticRegression.ts";
import { Probe } from "./probeResult.ts";

export interface ProbeOptions extends PlaceOptions, RunOptions {
  /** Prompts with the concept, of any lengths. */
  positive: Prompts;
  /** Prompts without it. */
  negative: Prompts;
  /** The penalty's weight, above 0; 1 unless given. */
  l2?: number;
  /** How many parts the prompts are divided into for held-out accuracy; 5 unless given. */
  folds?: number;
  /** Divides the prompts; 0 unless given. */
  seed?: number;
}

/**
 * Fits at each layer the plane that tells the activations of `positive` from those of `negative` (Alain & Bengio 2016):
 * least Σ log(1 + exp(-y (w·x + b))) + l2/2 |w|². Activations are taken as they are, not standardised, so that w is a
 * direction of the stream. Activations come in one request; the fits run here, in float64, in slices that let the page
 * go on.
 *
 * Held-out accuracy is of stratified cross-validation: each prompt is judged by a plane fitted without its fold.
 *
 * @throws PromptError for no prompts, or one too short for `position`; ArgumentError for a layer, a position, a site, an
 *   l2 or folds that there are not: before anything runs. CancelledError once `signal` is aborted.
 */
export async function probe(model: GPT2LanguageModel, options: ProbeOptions): Promise<Probe> {
  const { l2 = 1, folds = 5, seed = 0 } = options;
  const place = placeOf(model, options);
  const positive = promptsAt(model, options.positive, place, "positive prompt");
  const negative = promptsAt(model, options.negative, place, "negative prompt");
  if (typeof l2 !== "number" || !(l2 > 0 && l2 < Number.POSITIVE_INFINITY)) {
    throw new ArgumentError(
      `l2 is ${l2}.`,
      "Use a number above 0: without it, classes that a plane divides have no best plane.",
      {
        l2,
      },
    ).at(callSite());
  }
  if (!Number.isInteger(seed)) {
    throw new ArgumentError(`seed is ${seed}.`, "Use a whole number.", { seed }).at(callSite());
  }
  const counts = [positive[0]!.total, negative[0]!.total] as const;
  const labels = [1, 0].flatMap((label, i) => new Array<number>(counts[i]!).fill(label));
  const fold = stratifiedFolds(labels, folds, seed);
  const read = await oneRequest(model, options, (request) => ({
    positive: recordEach(request, positive, place, options.chunkBytes),
    negative: recordEach(request, negative, place, options.chunkBytes),
  }));
  const pauses = new Pauses(options.signal);
  const fits: Fit[] = [];
  for (const layer of place.layers.keys()) {
    const [a, b] = [read.positive(layer), read.negative(layer)];
    const x = new Float64Array(a.length + b.length);
    x.set(a);
    x.set(b, a.length);
    fits.push(await fitLayer({ x, width: place.shape.width, labels }, l2, fold, folds, pauses));
  }
  return result(place, options.position ?? -1, fits, counts, folds);
}

interface Fit {
  plane: Logistic;
  trained: number;
  /** Of each fold. */
  heldOut: { right: number; count: number }[];
}

async function fitLayer(
  all: Examples,
  l2: number,
  fold: readonly number[],
  folds: number,
  pauses: Pauses,
): Promise<Fit> {
  const heldOut: Fit["heldOut"] = [];
  for (const out of indices(folds)) {
    const plane = await fitLogistic(
      part(all, (i) => fold[i] !== out),
      l2,
      pauses,
    );
    const rest = part(all, (i) => fold[i] === out);
    heldOut.push({ right: Math.round(accuracyOf(plane, rest) * rest.labels.length), count: rest.labels.length });
  }
  const plane = await fitLogistic(all, l2, pauses);
  return { plane, trained: accuracyOf(plane, all), heldOut };
}

function part({ x, width, labels }: Examples, keep: (row: number) => boolean): Examples {
  const rows = [...labels.keys()].filter(keep);
  const kept = new Float64Array(rows.length * width);
  for (const [i, row] of rows.entries()) kept.set(x.subarray(row * width, (row + 1) * width), i * width);
  return { x: kept, width, labels: rows.map((row) => labels[row] as number) };
}

function result(
  { site, layers }: Place,
  position: ActivationPosition,
  fits: readonly Fit[],
  [positive, negative]: readonly [number, number],
  folds: number,
): Probe {
  const axis = { name: "layer", labels: layerLabels(layers) };
  const perFold = { name: "fold", labels: indices(folds).map(String) };
  const total = (fit: Fit, what: "right" | "count") => fit.heldOut.reduce((sum, part) => sum + part[what], 0);
  return new Probe(
    { site, position, layers: [...layers] },
    fits.map(({ plane }) => plane),
    {
      heldOut: labelled(
        "held-out accuracy",
        [axis],
        fits.map((fit) => total(fit, "right") / total(fit, "count")),
      ),
      folds: labelled(
        "held-out accuracy of each fold",
        [axis, perFold],
        fits.flatMap((fit) => fit.heldOut.map(({ right, count }) => right / count)),
      ),
      trained: labelled(
        "accuracy on the prompts themselves",
        [axis],
        fits.map(({ trained }) => trained),
      ),
      chance: Math.max(positive, negative) / (positive + negative),
    },
  );
}
