/** A direction of the residual stream, a vector for each of some layers, to be added while the model runs. */
import { ArgumentError, callSite, type GPT2LanguageModel, Tensor } from "insitu";
import { type Labelled, labelled } from "../shared/labelled.ts";
import { layerLabels } from "../shared/modelShape.ts";
import type { Prompts } from "../shared/prompts.ts";
import { indices, oneRequest, type RunOptions } from "../shared/request.ts";
import { axesOf, type Site } from "../shared/sites.ts";
import { type PlaceOptions, placeOf, promptsAt, recordMean } from "./activations.ts";

export interface SteeringVectorOptions extends PlaceOptions, RunOptions {
  /** Prompts that show what to steer towards, of any lengths. */
  positive: Prompts;
  /** Prompts that show what to steer away from; there may be fewer or more of them. */
  negative: Prompts;
}

/**
 * The mean activation over `positive`, less that over `negative`, at each layer: a contrastive steering vector
 * (Turner et al. 2023; Rimsky et al. 2024). One request, a pass for each length of prompts.
 *
 * @throws PromptError for no prompts, or one too short for `position`; ArgumentError for a layer, a position or a site
 *   that there is not: before anything runs. CancelledError once `signal` is aborted.
 */
export async function steeringVector(
  model: GPT2LanguageModel,
  options: SteeringVectorOptions,
): Promise<SteeringVector> {
  const place = placeOf(model, options);
  const positive = promptsAt(model, options.positive, place, "positive prompt");
  const negative = promptsAt(model, options.negative, place, "negative prompt");
  const means = await oneRequest(model, options, (request) => ({
    positive: recordMean(request, positive, place, options.chunkBytes),
    negative: recordMean(request, negative, place, options.chunkBytes),
  }));
  const away = means.negative();
  const vectors = means.positive().map((mean, layer) => mean.map((x, i) => x - (away[layer]![i] as number)));
  return SteeringVector.of("difference of means", place.site, place.layers, vectors);
}

/** What `SteeringVector.toJSON` gives and `SteeringVector.from` takes. */
export interface SteeringVectorJSON {
  kind: "insitu steering vector";
  version: 1;
  name: string;
  site: Site;
  layers: number[];
  /** [layers][width]. */
  vectors: number[][];
}

export class SteeringVector {
  private constructor(
    /** Where it is added: "resid_post" … */
    readonly site: Site,
    /** The layers that it has a vector for. */
    readonly layers: readonly number[],
    /** The vectors, [layer, feature]. */
    readonly vectors: Labelled,
  ) {}

  /** From vectors of your own, one for each of `layers`. @throws ArgumentError */
  static of(
    name: string,
    site: Site,
    layers: readonly number[],
    vectors: readonly ArrayLike<number>[],
  ): SteeringVector {
    if (axesOf(site).head !== undefined) {
      throw new ArgumentError(`A vector is of the stream's width; ${site} has heads.`, "Take resid_post.", { site }).at(
        callSite(),
      );
    }
    const width = vectors?.[0]?.length ?? 0;
    const wrong =
      layers.length === 0 ||
      vectors.length !== layers.length ||
      width === 0 ||
      layers.some((layer) => !Number.isInteger(layer) || layer < 0) ||
      vectors.some((vector) => vector?.length !== width || !Array.from(vector).every(Number.isFinite));
    if (wrong) {
      throw new ArgumentError(
        `${vectors.length} vectors of ${[...new Set(vectors.map((vector) => vector?.length))].join(" and ")} numbers do not make a steering vector of layers ${JSON.stringify(layers)}.`,
        "Give a vector for each layer, all of the model's width, of finite numbers.",
      ).at(callSite());
    }
    const numbers = new Float32Array(layers.length * width);
    for (const [i, vector] of vectors.entries()) numbers.set(vector, i * width);
    const axes = [
      { name: "layer", labels: layerLabels(layers) },
      { name: "feature", labels: indices(width).map(String) },
    ];
    return new SteeringVector(site, [...layers], labelled(name, axes, numbers));
  }

  /** From what `toJSON` gave, parsed. @throws ArgumentError */
  static from(json: SteeringVectorJSON): SteeringVector {
    const { kind, version, name, site, layers, vectors } = json ?? {};
    if (
      kind !== "insitu steering vector" ||
      version !== 1 ||
      !Array.isArray(layers) ||
      !Array.isArray(vectors) ||
      !vectors.every(Array.isArray)
    ) {
      throw new ArgumentError(
        "That is no steering vector.",
        "Pass what toJSON gave, parsed: SteeringVector.from(JSON.parse(text)).",
        { kind, version },
      ).at(callSite());
    }
    return SteeringVector.of(String(name), site, layers, vectors);
  }

  /** How it was made. */
  get name(): string {
    return this.vectors.name;
  }

  get width(): number {
    return this.vectors.shape[1] as number;
  }

  /** A layer's vector, [width]. @throws ArgumentError for a layer that it has none for. */
  at(layer: number): Tensor {
    const row = this.layers.indexOf(layer);
    if (row >= 0) return new Tensor([this.width], "float32", this.row(row));
    throw new ArgumentError(
      `The steering vector has no layer ${layer}.`,
      `It has ${this.layers.join(", ")}; layers are counted from 0.`,
      { layer },
    ).at(callSite());
  }

  /** The Euclidean length of each vector, [layer]. */
  norms(): Labelled {
    return labelled(
      `norm of ${this.name}`,
      this.vectors.axes.slice(0, 1),
      this.layers.map((_, row) => Math.hypot(...this.row(row))),
    );
  }

  /** The same directions, each of length 1. A vector of zeros stays. */
  normalized(): SteeringVector {
    const norms = this.norms().data;
    const vectors = this.layers.map((_, row) => this.row(row).map((x) => x / ((norms[row] as number) || 1)));
    return SteeringVector.of(`${this.name}, normalized`, this.site, this.layers, vectors);
  }

  /** Plain data, for `from`. */
  toJSON(): SteeringVectorJSON {
    return {
      kind: "insitu steering vector",
      version: 1,
      name: this.name,
      site: this.site,
      layers: [...this.layers],
      vectors: this.layers.map((_, row) => Array.from(this.row(row))),
    };
  }

  private row(row: number): Float32Array {
    return this.vectors.data.slice(row * this.width, (row + 1) * this.width);
  }
}
