/** Parts of a model that can be ablated. */
import { ArgumentError, callSite, type GPT2LanguageModel, type Index, type Value } from "insitu";
import type { Axis } from "../shared/labelled.ts";
import { headLabel, headLabels, layerLabels, type ModelShape } from "../shared/modelShape.ts";
import { chosen, indices } from "../shared/request.ts";

/** A head's output, before it is put into the stream: z of that head. */
export const head = (layer: number, head: number): Unit => ({ kind: "head", layer, index: head });
/** What attention adds to the stream. */
export const attn = (layer: number): Unit => ({ kind: "attn", layer });
/** What an MLP adds to the stream. */
export const mlp = (layer: number): Unit => ({ kind: "mlp", layer });
/** A whole block: what its attention and its MLP add. */
export const layer = (layer: number): Unit => ({ kind: "layer", layer });
/** One neuron of an MLP, behind its activation function. */
export const neuron = (layer: number, neuron: number): Unit => ({ kind: "neuron", layer, index: neuron });
/** The residual stream at a position, before a block: the first unless given. */
export const position = (position: number, layer = 0): Unit => ({ kind: "position", layer, index: position });

/** A part of the model, of one layer. */
export interface Unit {
  readonly kind: "head" | "attn" | "mlp" | "layer" | "neuron" | "position";
  readonly layer: number;
  /** Of the head, neuron or position. */
  readonly index?: number;
}

/** Many units at once: every head, every attention …, or the neurons of a layer, in the axes of their results. */
export type Units = readonly Unit[] | "heads" | "attns" | "mlps" | "layers" | "positions" | { neuronsOf: number };

/** Units, and the axes over which they are laid out. @throws ArgumentError for those that there are not. */
export function unitsOf(
  given: Units,
  shape: ModelShape,
  positions: readonly string[],
): { units: Unit[]; axes: Axis[] } {
  const layers = indices(shape.layers);
  const layerAxis = { name: "layer", labels: layerLabels(layers) };
  if (given === "heads") {
    const heads = indices(shape.heads);
    const axes = [layerAxis, { name: "head", labels: headLabels(heads) }];
    return { axes, units: layers.flatMap((l) => heads.map((h) => head(l, h))) };
  }
  if (given === "attns") return { axes: [layerAxis], units: layers.map(attn) };
  if (given === "mlps") return { axes: [layerAxis], units: layers.map(mlp) };
  if (given === "layers") return { axes: [layerAxis], units: layers.map(layer) };
  if (given === "positions") {
    return {
      axes: [{ name: "position", labels: positions }],
      units: indices(positions.length).map((p) => position(p)),
    };
  }
  if (typeof given === "object" && given !== null && "neuronsOf" in given) {
    const [of] = chosen([given.neuronsOf], shape.layers, "neuronsOf") as [number];
    const units = indices(shape.neurons).map((n) => neuron(of, n));
    return { axes: [{ name: "neuron", labels: units.map((unit) => unitLabel(unit)) }], units };
  }
  const units = checkedUnits(given, shape, positions.length);
  return { axes: [{ name: "unit", labels: units.map((unit) => unitLabel(unit, positions)) }], units };
}

/** The same units with indices counted from 0. @throws ArgumentError for those that there are not. */
export function checkedUnits(given: readonly Unit[], shape: ModelShape, positions: number): Unit[] {
  if (!Array.isArray(given) || given.length === 0) {
    throw new ArgumentError(
      `units is ${JSON.stringify(given)}: nothing would be ablated.`,
      'Pass units such as head(0, 1), mlp(2), neuron(1, 300), or "heads".',
    ).at(callSite());
  }
  const counts = { head: shape.heads, neuron: shape.neurons, position: positions };
  return (given as readonly Unit[]).map((unit) => {
    if (!Object.hasOwn(HOOKS, unit?.kind)) {
      throw new ArgumentError(
        `${JSON.stringify(unit)} is no unit.`,
        "There are head, attn, mlp, layer, neuron and position.",
      ).at(callSite());
    }
    const [layer] = chosen([unit.layer], shape.layers, `${unit.kind}'s layer`) as [number];
    if (!(unit.kind in counts)) return { kind: unit.kind, layer };
    const [index] = chosen([unit.index as number], counts[unit.kind as keyof typeof counts], unit.kind) as [number];
    return { kind: unit.kind, layer, index };
  });
}

/** "L1H0", "L0 mlp", "L0N12", "L2", or the token at a position. */
export function unitLabel({ kind, layer, index = 0 }: Unit, positions: readonly string[] = []): string {
  if (kind === "head") return headLabel(layer, index);
  if (kind === "neuron") return `L${layer}N${index}`;
  if (kind === "position") return `${positions[index] ?? index}${layer > 0 ? ` before L${layer}` : ""}`;
  return kind === "layer" ? `L${layer}` : `L${layer} ${kind}`;
}

/** Some activations of a layer: part of a hook's value. */
export interface Place {
  /** TransformerLens's name. */
  hook: string;
  /** Which part: of [prompts, tokens, …]. */
  index: Index[];
}

/** Where units are, in the order of the pass: nothing may be edited upstream of what has been looked at. */
export function placesOf(units: readonly Unit[], positions: readonly number[] | undefined): Place[] {
  const at: Index = positions === undefined ? ":" : positions.length === 1 ? (positions[0] as number) : positions;
  const places = units.flatMap((unit) => {
    const { layer, index = 0 } = unit;
    return HOOKS[unit.kind].map((hook) => ({
      order: layer * ORDER.length + ORDER.indexOf(hook),
      hook: `blocks.${layer}.${hook}`,
      index: unit.kind === "position" ? [":", index] : unit.index === undefined ? [":", at] : [":", at, index],
    }));
  });
  return places.sort((a, b) => a.order - b.order);
}

/** A place's activations, in a trace. */
export const activation = (model: GPT2LanguageModel, { hook, index }: Place): Value => model.hook(hook).at(...index);

/** The hooks of a block in the order in which they pass. */
const ORDER = ["hook_resid_pre", "attn.hook_z", "hook_attn_out", "mlp.hook_post", "hook_mlp_out"] as const;

const HOOKS: Record<Unit["kind"], (typeof ORDER)[number][]> = {
  position: ["hook_resid_pre"],
  head: ["attn.hook_z"],
  attn: ["hook_attn_out"],
  neuron: ["mlp.hook_post"],
  mlp: ["hook_mlp_out"],
  layer: ["hook_attn_out", "hook_mlp_out"],
};
