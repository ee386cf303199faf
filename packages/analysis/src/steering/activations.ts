/** Activations of many prompts, of any lengths, each at one position. */
import { ArgumentError, callSite, type GPT2LanguageModel, PromptError, stack, type Value } from "insitu";
import { type ModelShape, modelShape } from "../shared/modelShape.ts";
import { byLength, type Prompts, type Rows } from "../shared/prompts.ts";
import { chosen, type Recorded, type Request } from "../shared/request.ts";
import { cut, rowsOfPass } from "../shared/rowsPerPass.ts";
import { axesOf, type Site, valueAt } from "../shared/sites.ts";

/** A position, the same in every prompt, -1 for the last; or the mean over all. */
export type ActivationPosition = number | "mean";

export interface PlaceOptions {
  /** Which layers; all unless given. Negative numbers count from the end. */
  layers?: readonly number[];
  /** -1 unless given: the last token, which has seen all of the prompt. */
  position?: ActivationPosition;
  /** A site of the stream's width: "resid_post" unless given. */
  site?: Site;
}

/** Where activations are taken, checked. */
export interface Place {
  site: Site;
  layers: number[];
  position: ActivationPosition;
  shape: ModelShape;
}

/** @throws ArgumentError for a site, a layer or a position that there is not. */
export function placeOf(model: GPT2LanguageModel, { layers, position = -1, site = "resid_post" }: PlaceOptions): Place {
  checkStreamSite(site);
  if (position !== "mean" && !Number.isInteger(position)) {
    throw new ArgumentError(`position is ${JSON.stringify(position)}.`, 'Use -1 for the last, a number, or "mean".', {
      position,
    }).at(callSite());
  }
  const shape = modelShape(model);
  return { site, layers: chosen(layers, shape.layers, "layers"), position, shape };
}

/** @throws ArgumentError for a site that is not [prompts, tokens, width]. */
export function checkStreamSite(site: Site): void {
  if (axesOf(site).head === undefined) return;
  throw new ArgumentError(
    `${site} has heads.`,
    "Take a site of the stream: resid_pre, resid_mid, resid_post, attn_out or mlp_out.",
    { site },
  ).at(callSite());
}

/** Prompts grouped by length. @throws PromptError for one without the position. */
export function promptsAt(model: GPT2LanguageModel, prompts: Prompts, { position }: Place, what: string): Rows[] {
  const groups = byLength(model, prompts, what);
  if (position === "mean") return groups;
  const short = groups.find(({ length }) => position >= length || position < -length);
  if (!short) return groups;
  throw new PromptError(
    `The ${what} ${JSON.stringify(short.tokens[0]!.join(""))} has no position ${position}: it has ${short.length} tokens.`,
    "Use -1 for the last token, or a position that every prompt has.",
    { position, length: short.length },
  ).at(callSite());
}

/** Records the mean activation over prompts: [layers][width], float64. */
export function recordMean(request: Request, groups: readonly Rows[], place: Place, chunkBytes?: number) {
  const passes = record(request, groups, place, chunkBytes, (rows) => rows.sum(0));
  const count = groups[0]!.total;
  return (): Float64Array[] =>
    place.layers.map((_, layer) => {
      const mean = new Float64Array(place.shape.width);
      for (const { run } of passes) {
        const { data } = run.get("activations");
        for (let i = 0; i < mean.length; i++) mean[i]! += (data[layer * mean.length + i] as number) / count;
      }
      return mean;
    });
}

/** Records every prompt's activation. Gives those of a layer, [prompts, width] in a row, in the order of the prompts. */
export function recordEach(request: Request, groups: readonly Rows[], place: Place, chunkBytes?: number) {
  const passes = record(request, groups, place, chunkBytes, (rows) => rows);
  const { width } = place.shape;
  const layers = place.layers.length;
  return (layer: number): Float64Array => {
    const all = new Float64Array(groups[0]!.total * width);
    for (const { run, at } of passes) {
      const { data } = run.get("activations");
      for (const [row, prompt] of at.entries()) {
        const from = (row * layers + layer) * width;
        all.set(data.subarray(from, from + width), prompt * width);
      }
    }
    return all;
  };
}

/** A pass for each length, or several where they do not fit: [rows, layers, width], reduced. */
function record(
  request: Request,
  groups: readonly Rows[],
  { site, layers, position, shape }: Place,
  chunkBytes: number | undefined,
  reduce: (rows: Value) => Value,
): { run: Recorded; at: number[] }[] {
  const some = groups.flatMap((rows) => cut(rows, rowsOfPass(shape, rows.length, chunkBytes)));
  return some.map(({ ids, at }) => {
    const run = request.trace(ids, () => {
      const values = layers.map((layer) => valueAt(request.model, site, layer));
      const parts = values.map((value) => (position === "mean" ? value.mean(1) : value.at(":", position)));
      return { activations: reduce(stack(parts, 1)) };
    });
    return { run, at };
  });
}
