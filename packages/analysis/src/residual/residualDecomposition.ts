/** The residual stream as the sum of what has been written to it. */
import { ArgumentError, callSite, einsum, type GPT2LanguageModel, type Value } from "insitu";
import { atPositions, type Batch, batchOf } from "../shared/batch.ts";
import { isEdited, type ModelShape, modelShape } from "../shared/modelShape.ts";
import type { Prompts } from "../shared/prompts.ts";
import { oneRequest, type RunOptions } from "../shared/request.ts";
import { applyLayerNorm } from "./applyLayerNorm.ts";
import { type Part, type PartsBy, residualParts, writtenBy } from "./residualParts.ts";
import { type ResidualStack, residualStack } from "./residualStack.ts";
import { type DepthOptions, depthOf, normAt, streamAt } from "./streamDepth.ts";

export interface ResidualDecompositionOptions extends DepthOptions, RunOptions {
  /** Into what; "component" unless given. */
  by?: PartsBy;
  /** Which positions; all unless given. Negative numbers count from the end. */
  positions?: readonly number[];
  /** Applies the norm that reads the stream there, with the run's own scale: see `applyLayerNorm`. */
  applyLn?: boolean;
}

/** Beyond this many bytes a decomposition is refused. */
const LIMIT = 2 ** 29;

/**
 * The parts whose sum the residual stream is: TransformerLens's `decompose_resid`, or its
 * `get_full_resid_decomposition`, with its labels. Weights are as in the checkpoint, neither folded nor centred. On an
 * edited model the last part, "edits", is what edits have added.
 *
 * @throws PromptError for prompts of different lengths; ArgumentError for what there is not, and for a decomposition of
 *   more than 512 MiB; both before anything runs. CancelledError once `signal` is aborted.
 */
export async function residualDecomposition(
  model: GPT2LanguageModel,
  prompt: Prompts,
  options: ResidualDecompositionOptions = {},
): Promise<ResidualStack> {
  const shape = modelShape(model);
  const depth = depthOf(options, shape.layers);
  const parts = residualParts(options.by ?? "component", depth, shape);
  const batch = batchOf(model, prompt, options.positions);
  assertSmall(parts, batch, shape);
  const edited = isEdited(model, batch.ids);
  const { recorded, names } = await oneRequest(model, options, (request) => {
    const names: string[] = [];
    const recorded = request.trace(batch.ids, () => {
      const all = parts.map((part) => vectorsOf(model, part, batch, shape));
      // What edits have added is no module's: it is what is missing from the sum.
      if (edited) {
        const stream = atPositions(streamAt(model, depth), batch).expandDims(0);
        all.push(all.reduce((rest, vectors) => rest.sub(vectors.sum(0, true)), stream));
      }
      const { positions } = batch;
      const saved = all.map((vectors, i): [string, Value] => [
        `part${i}`,
        options.applyLn ? applyLayerNorm(vectors, normAt(model, depth), { positions }) : vectors,
      ]);
      names.push(...saved.map(([name]) => name));
      return Object.fromEntries(saved);
    });
    return { recorded, names };
  });
  const labels = [...parts.flatMap((part) => part.labels), ...(edited ? ["edits"] : [])];
  return residualStack(
    batch,
    labels,
    names.map((name) => recorded.get(name)),
  );
}

/** [parts, prompts, positions, width], inside a trace. */
function vectorsOf(model: GPT2LanguageModel, part: Part, batch: Batch, shape: ModelShape): Value {
  const places = [batch.ids.length, batch.positions.length];
  if (part.kind === "stream") return atPositions(part.value(model), batch).expandDims(0);
  if (part.kind === "bias") return part.value(model).broadcastTo([1, ...places, shape.width]);
  const { activations, weight } = writtenBy(model, part);
  const at = atPositions(activations, batch);
  const units = part.labels.length;
  if (part.kind === "neurons")
    return at
      .transpose([2, 0, 1])
      .expandDims(-1)
      .mul(weight.reshape([units, 1, 1, -1]));
  return einsum("pthd,hdc->hptc", at.reshape([...places, units, -1]), weight.reshape([units, -1, shape.width]));
}

function assertSmall(parts: readonly Part[], batch: Batch, { width }: ModelShape): void {
  const count = parts.reduce((sum, { labels }) => sum + labels.length, 0);
  const bytes = count * batch.ids.length * batch.positions.length * width * 4;
  if (bytes <= LIMIT) return;
  throw new ArgumentError(
    `A decomposition into ${count} parts at ${batch.positions.length} positions is ${Math.ceil(bytes / 2 ** 20)} MiB.`,
    "Up to 512 MiB come to the page: name fewer positions, or take logitAttribution, which projects on the device.",
    { bytes },
  ).at(callSite());
}
