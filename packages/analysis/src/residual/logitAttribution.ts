/** Direct logit attribution: how much of a logit each part of the residual stream is. */
import { concat, type GPT2LanguageModel, type Value } from "insitu";
import { type Axis, type Labelled, labelled } from "../shared/labelled.ts";
import { mean } from "../shared/mean.ts";
import { headLabels, isEdited, layerLabels, modelShape } from "../shared/modelShape.ts";
import { type Prompts, promptLabels, type Rows, rowsOf } from "../shared/prompts.ts";
import { chosen, indices, oneRequest, type Request, type RunOptions } from "../shared/request.ts";
import { cut, rowsOfPass } from "../shared/rowsPerPass.ts";
import { type Token, tokenIds } from "../shared/tokens.ts";
import { type Part, type PartsBy, residualParts, writtenBy } from "./residualParts.ts";
import { depthOf } from "./streamDepth.ts";

export interface LogitAttributionOptions extends RunOptions {
  /** Whose logit: one token for all prompts, or one for each. */
  answer: Token | readonly Token[];
  /** Whose logit is subtracted: the attribution is then of the difference. */
  against?: Token | readonly Token[];
  /** To what; "component" unless given. */
  by?: PartsBy;
  /** At which position; -1, the last, unless given. */
  position?: number;
}

export interface LogitAttribution {
  /** [component], the mean over prompts. Its sum is `total`. */
  parts: Labelled;
  /** [prompt, component]. */
  byPrompt: Labelled;
  /** [layer, head], those of `parts`; undefined by component. */
  heads: Labelled | undefined;
  /** The sum of the parts. */
  total: number;
  /** The logit, or the difference, as the model gives it: what `total` is but for rounding. */
  logit: number;
  /** The prompts' tokens. */
  prompts: { ids: number[][]; tokens: string[][] };
}

/**
 * The logit of a token is a sum over what was written to the stream once the scale of `ln_f` is taken from the run:
 * logit = Σ part · d / scale + ln_f.bias · u, with u the token's row of the unembedding (or the difference of two), and
 * d = w - mean(w) for w = ln_f.weight ⊙ u. The parts are those of `residualDecomposition`, and "ln_f.bias"; on an edited model "edits", what edits have added. On a model that
 * TransformerLens has folded they are `cache.logit_attrs`.
 *
 * @throws PromptError for prompts of different lengths or a token that is none; ArgumentError for what there is not;
 *   both before anything runs. CancelledError once `signal` is aborted.
 */
export async function logitAttribution(
  model: GPT2LanguageModel,
  prompt: Prompts,
  options: LogitAttributionOptions,
): Promise<LogitAttribution> {
  const shape = modelShape(model);
  const rows = rowsOf(model, prompt);
  const count = rows.ids.length;
  const answers = tokenIds(model, options.answer, rows, "answer");
  const against = options.against === undefined ? undefined : tokenIds(model, options.against, rows, "against");
  const [position] = chosen([options.position ?? -1], rows.length, "position") as [number];
  const by = options.by ?? "component";
  const edited = isEdited(model, rows.ids);
  const parts = residualParts(by, depthOf({}, shape.layers), shape);
  const record = (request: Request, { ids, at }: Rows) =>
    request.trace(ids, () => {
      const { transformer, lm_head } = model;
      const own = (tokens: Int32Array) => Int32Array.from(at, (i) => tokens[i] as number);
      const difference = (of: (ids: Int32Array) => Value) =>
        against ? of(own(answers)).sub(of(own(against))) : of(own(answers));
      const rowsOfU = difference((ids) => lm_head.weight.gather(ids));
      const weighted = rowsOfU.mul(transformer.ln_f.weight);
      const centred = weighted.sub(weighted.mean(-1, true));
      const direction = centred.div(transformer.ln_f.source.scale.at(":", position));
      const projected = parts.map((part) => projection(model, part, direction, position));
      const bias = rowsOfU.matMul(transformer.ln_f.bias).expandDims(-1);
      const logits = lm_head.output.at(":", position);
      const logit = difference((ids) => logits.takeAlongAxis(ids));
      const all = concat([...projected, bias], 1);
      // What edits have added is no module's: it is what is missing from the sum.
      const rest = edited ? [logit.sub(all.sum(-1)).expandDims(-1)] : [];
      return { parts: concat([all, ...rest], 1), logit };
    });
  const some = cut(rows, rowsOfPass(shape, rows.length, options.chunkBytes));
  const runs = await oneRequest(model, options, (request) => some.map((part) => record(request, part)));
  const numbers = (name: string) => runs.flatMap((run) => Array.from(run.get(name).data));
  const component: Axis = {
    name: "component",
    labels: [...parts.flatMap(({ labels }) => labels), "ln_f.bias", ...(edited ? ["edits"] : [])],
  };
  const byPrompt = labelled(
    against ? "logit difference" : "logit",
    [{ name: "prompt", labels: promptLabels(model, rows) }, component],
    numbers("parts"),
  );
  const size = component.labels.length;
  const means = indices(size).map((i) => mean(indices(count).map((p) => byPrompt.data[p * size + i] as number)));
  const { layers, heads } = shape;
  return {
    parts: labelled(byPrompt.name, [component], means),
    byPrompt,
    // Heads come first, layer by layer.
    heads:
      by === "component" ? undefined : labelled(byPrompt.name, headAxes(layers, heads), means.slice(0, layers * heads)),
    total: means.reduce((sum, x) => sum + x, 0),
    logit: mean(numbers("logit")),
    prompts: { ids: rows.ids, tokens: rows.tokens },
  };
}

/** Each part at a position times the direction [prompts, width], inside a trace: [prompts, parts]. */
function projection(model: GPT2LanguageModel, part: Part, direction: Value, position: number): Value {
  if (part.kind === "stream") return part.value(model).at(":", position).mul(direction).sum(-1, true);
  if (part.kind === "bias") return direction.matMul(part.value(model)).expandDims(-1);
  const { activations, weight } = writtenBy(model, part);
  // The direction goes through the weights first, so that no vector of the stream is made for any head or neuron.
  const effects = activations.at(":", position).mul(direction.matMul(weight, false, true));
  const [prompts] = direction.shape as [number];
  return part.kind === "neurons" ? effects : effects.reshape([prompts, part.labels.length, -1]).sum(-1);
}

const headAxes = (layers: number, heads: number): Axis[] => [
  { name: "layer", labels: layerLabels(indices(layers)) },
  { name: "head", labels: headLabels(indices(heads)) },
];
