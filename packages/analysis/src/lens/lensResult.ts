/** What a lens read, with its labels. */
import { type GPT2LanguageModel, Tensor } from "insitu";
import type { Batch } from "../shared/batch.ts";
import { type Axis, Labelled } from "../shared/labelled.ts";
import { tokenLabels } from "../shared/prompts.ts";
import { indices, type Recorded } from "../shared/request.ts";
import type { LensPlace } from "./lensPlaces.ts";

/** One of the likeliest tokens of a place. */
export interface LensToken {
  id: number;
  /** Its text; its id where the model has no tokenizer. */
  token: string;
  /** 0 to 1. */
  probability: number;
  logit: number;
}

/** All figures are [place, position], after [prompt] where a list of prompts was given. */
export interface LogitLens {
  /**
   * The likeliest tokens of a place, by its label or index, at an index along the positions, of a prompt by its index
   * where a list was given. @throws ArgumentError for a label, SliceError for an index that there is not.
   */
  top(place: string | number, position: number, prompt?: number): LensToken[];
  /** Ids of the likeliest tokens, int32 [..., k]. */
  topIds: Tensor;
  /** Their probabilities and logits, [..., "rank"]. */
  topProbabilities: Labelled;
  topLogits: Labelled;
  /** Of each token asked for, [..., "token"]: its probability, its logit, and how many tokens have a higher one. */
  tokens: { ids: number[]; probability: Labelled; logit: Labelled; rank: Labelled } | undefined;
  /** Of the reading's distribution, nats. */
  entropy: Labelled;
  /** Σ P (log P - log Q), nats: P the model's final distribution at that position, Q the reading's. */
  kl: Labelled;
  /** With `keepLogits`, [..., "token"]. */
  logits: Labelled | undefined;
  /** The prompts' tokens. */
  prompts: { ids: number[][]; tokens: string[][] };
}

interface Asked {
  batch: Batch;
  places: readonly LensPlace[];
  k: number;
  ids: readonly number[];
  keepLogits: boolean;
}

export function lensResult(model: GPT2LanguageModel, asked: Asked, readings: readonly Recorded[]): LogitLens {
  const { batch, ids } = asked;
  const axes: Axis[] = [
    ...batch.prompts,
    { name: "place", labels: asked.places.map(({ label }) => label) },
    batch.position,
  ];
  /** Readings [prompts, positions, …] side by side: [(prompts,) places, positions, …]. */
  const joined = (name: string, ...last: Axis[]) => {
    const parts = readings.map((reading) => reading.get(name));
    return new Labelled(LABELS[name] ?? name, [...axes, ...last], besides(parts, batch.prompts.length > 0));
  };
  const rank: Axis = { name: "rank", labels: indices(asked.k).map(String) };
  const chosen: Axis = { name: "token", labels: tokenLabels(model, ids) };
  const topLogits = joined("topLogits", rank);
  const topProbabilities = joined("topLogs", rank).map(Math.exp);
  const topIds = joined("topIds", rank).tensor;
  return {
    top(place, position, prompt = 0) {
      const at = (values: Labelled) => {
        const one = batch.prompts.length > 0 ? values.pick("prompt", prompt) : values;
        return one.pick("place", place).pick("position", position).data;
      };
      const here = at(new Labelled("ids", topLogits.axes, topIds));
      const tokens = tokenLabels(model, Array.from(here));
      const [probabilities, logits] = [at(topProbabilities), at(topLogits)];
      return tokens.map((token, i) => ({
        id: here[i] as number,
        token,
        probability: probabilities[i] as number,
        logit: logits[i] as number,
      }));
    },
    topIds,
    topProbabilities,
    topLogits,
    tokens:
      ids.length === 0
        ? undefined
        : {
            ids: [...ids],
            probability: joined("logs", chosen).map(Math.exp),
            logit: joined("logits", chosen),
            rank: new Labelled("rank", [...axes, chosen], lastly(ids.map((_, i) => joined(`rank${i}`).tensor))),
          },
    entropy: joined("entropy"),
    kl: joined("kl"),
    logits: asked.keepLogits
      ? joined("all", {
          name: "token",
          labels: tokenLabels(model, indices(readings[0]!.get("all").shape[2] as number)),
        })
      : undefined,
    prompts: { ids: batch.ids, tokens: batch.tokens },
  };
}

const LABELS: Record<string, string> = {
  topLogits: "logit",
  topLogs: "probability",
  logs: "probability",
  logits: "logit",
  all: "logit",
  kl: "KL divergence",
};

/** Tensors [prompts, …] joined along a new dimension behind that of prompts, which is dropped unless `kept`. */
function besides(parts: readonly Tensor[], kept: boolean): Tensor {
  const { shape, dtype } = parts[0] as Tensor;
  const [prompts, ...rest] = shape as [number, ...number[]];
  const size = rest.reduce((n, d) => n * d, 1);
  const data = new (dtype === "int32" ? Int32Array : Float32Array)(prompts * parts.length * size);
  for (const [i, part] of parts.entries()) {
    for (let p = 0; p < prompts; p++)
      data.set(part.data.subarray(p * size, (p + 1) * size), (p * parts.length + i) * size);
  }
  return new Tensor([...(kept ? [prompts] : []), parts.length, ...rest], dtype, data);
}

/** Tensors of one shape joined along a new last dimension. */
function lastly(parts: readonly Tensor[]): Tensor {
  const { shape, size } = parts[0] as Tensor;
  const data = new Float32Array(size * parts.length);
  for (const [i, part] of parts.entries()) {
    for (let j = 0; j < size; j++) data[j * parts.length + i] = part.data[j] as number;
  }
  return new Tensor([...shape, parts.length], "float32", data);
}
