/** Steering as a body: it adds vectors to the stream wherever bodies go, `model.edit`, `model.generate`, `model.trace`. */
import {
  ArgumentError,
  callSite,
  type GPT2LanguageModel,
  ShapeMismatchError,
  type Tensor,
  type Tracer,
  tensor,
  type Value,
} from "insitu";
import { indexOf, type Site, valueAt } from "../shared/sites.ts";
import type { SteeringVector } from "./steeringVector.ts";

/**
 * Passes of a generation: "all"; "prompt", the prompt's own; "later", those of new tokens; numbers, 0 being the
 * prompt's pass; or slice text such as "2:5".
 */
export type SteeredSteps = "all" | "prompt" | "later" | `${string}:${string}` | readonly number[];

export interface SteeringOptions {
  /** What each vector is multiplied by; 1 unless given. Negative numbers steer the other way. */
  coefficient?: number;
  /** Where it is added; may be left out of a vector of one layer. */
  layers?: readonly number[];
  /** Positions of the prompt's pass; all unless given. New tokens are steered all the same, unless `steps` says no. */
  positions?: readonly number[];
  /** "all" unless given. */
  steps?: SteeredSteps;
}

/**
 * A body that adds `coefficient` · vector to the stream. In a generation it stands outside of loops; in a trace, whose
 * one pass is the prompt's own, "all" and "prompt" are the same and "later" does nothing.
 *
 * @throws ArgumentError, at once, for layers that a vector does not have, or where it has several and none is named;
 *   ShapeMismatchError for a vector of another model. In the body: SliceError for a position that there is not.
 */
export function steering(
  model: GPT2LanguageModel,
  vector: SteeringVector | readonly SteeringVector[],
  options: SteeringOptions = {},
): (tracer: Tracer) => void {
  const { coefficient = 1, positions, steps = "all" } = options;
  const additions = additionsOf(model, vector, options.layers);
  if (!Number.isFinite(coefficient)) {
    throw new ArgumentError(`coefficient is ${coefficient}.`, "Use a number; 1 adds the vector as it is.", {
      coefficient,
    }).at(callSite());
  }
  const unsteered = steps === "later" || (Array.isArray(steps) && !steps.includes(0));
  if (positions !== undefined && (!Array.isArray(positions) || positions.length === 0 || unsteered)) {
    throw new ArgumentError(
      `positions is ${JSON.stringify(positions)}, steps ${JSON.stringify(steps)}: nothing would be steered there.`,
      "Positions are those of the prompt's pass; name some, or leave them out.",
    ).at(callSite());
  }
  return (tracer) => {
    const scaled = new Map<Addition, Value>();
    eachStep(tracer, steps, (step) => {
      for (const addition of additions) {
        const { site, layer, vector } = addition;
        // Made at the first step that needs it: later ones use it again.
        const made = scaled.get(addition) ?? tensor(vector).mul(coefficient);
        scaled.set(addition, made);
        const value = valueAt(model, site, layer);
        const part = step === 0 && positions ? value.at(...indexOf(site, { positions, head: undefined })) : value;
        part.add_(made);
      }
    });
  };
}

/** A vector's part for one layer. */
interface Addition {
  site: Site;
  layer: number;
  vector: Tensor;
}

function additionsOf(
  model: GPT2LanguageModel,
  given: SteeringVector | readonly SteeringVector[],
  layers: readonly number[] | undefined,
): Addition[] {
  const vectors = [given].flat() as SteeringVector[];
  if (vectors.length === 0 || vectors.some((vector) => typeof vector?.at !== "function")) {
    throw new ArgumentError(
      "There is no steering vector.",
      "Pass one, or several, of steeringVector, probe, or SteeringVector.of and from.",
    ).at(callSite());
  }
  const shape = streamOf(model);
  return vectors.flatMap((vector) => {
    const beyond = vector.layers.find((layer) => layer >= shape.layers);
    if (vector.width !== shape.width || beyond !== undefined) {
      throw new ShapeMismatchError(
        `The steering vector, of width ${vector.width} and layers ${vector.layers.join(", ")}, is none of this model's.`,
        `This model has width ${shape.width} and ${shape.layers} layers.`,
        { width: vector.width, model: shape.width },
      ).at(callSite());
    }
    if ((layers === undefined && vector.layers.length > 1) || layers?.length === 0) {
      throw new ArgumentError(
        `The steering vector has layers ${vector.layers.join(", ")}, and none is named.`,
        "Pass layers: [2], say. One is usual; added at several, effects add up.",
      ).at(callSite());
    }
    const named = [layers ?? vector.layers].flat() as number[];
    const each = new Set(named.map((which) => (which < 0 ? which + shape.layers : which)));
    return [...each].map((layer) => ({ site: vector.site, layer, vector: vector.at(layer) }));
  });
}

/** From the parameters: a body may call `steering`, and nothing can be scanned while one records. */
function streamOf(model: GPT2LanguageModel): { layers: number; width: number } {
  const embedding = model.modules().find(({ path }) => path === "transformer.wte");
  return { layers: model.transformer.h.length, width: embedding?.params[0]?.shape[1] as number };
}

/** Calls `body` for each step that is steered, so that it records there. */
function eachStep(tracer: Tracer, steps: SteeredSteps, body: (step: number) => void): void {
  const generation = isGeneration(tracer);
  if (steps === "prompt" || (steps === "all" && !generation)) body(0);
  else if (steps === "all") tracer.all(body);
  else if (steps !== "later") tracer.iter(steps, body);
  else if (generation) tracer.all((step) => step > 0 && body(step));
}

/** A trace has no steps to loop over, unless it runs an edit of the model. */
function isGeneration(tracer: Tracer): boolean {
  try {
    tracer.all(() => {});
    return true;
  } catch (error) {
    if (error instanceof ArgumentError) return false;
    throw error;
  }
}
