/** The residual stream as it stands before each layer. */
import { ArgumentError, callSite, type GPT2LanguageModel, type Value } from "insitu";
import { atPositions, batchOf } from "../shared/batch.ts";
import { modelShape } from "../shared/modelShape.ts";
import type { Prompts } from "../shared/prompts.ts";
import { indices, oneRequest, type RunOptions } from "../shared/request.ts";
import { applyLayerNorm } from "./applyLayerNorm.ts";
import { type ResidualStack, residualStack } from "./residualStack.ts";
import { type Depth, type DepthOptions, depthOf, normAt } from "./streamDepth.ts";

export interface AccumulatedResidualOptions extends DepthOptions, RunOptions {
  /** The middle of each layer, between attention and MLP, too. */
  inclMid?: boolean;
  /** Which positions; all unless given. Negative numbers count from the end. */
  positions?: readonly number[];
  /**
   * Applies the norm that reads the stream at `layer`: "frozen" with the scale that it has in the run, without its bias
   * (`applyLayerNorm`); "own" as the norm is, each entry with a scale of its own, and its bias.
   */
  applyLn?: "frozen" | "own";
}

/**
 * The stream before each layer up to `layer`, and at the end "final_post": TransformerLens's `accumulated_resid`, with
 * its labels ("0_pre", "0_mid", "1_pre" …).
 *
 * @throws PromptError for prompts of different lengths; ArgumentError for what there is not; both before anything runs.
 *   CancelledError once `signal` is aborted.
 */
export async function accumulatedResidual(
  model: GPT2LanguageModel,
  prompt: Prompts,
  options: AccumulatedResidualOptions = {},
): Promise<ResidualStack> {
  const { layers } = modelShape(model);
  const depth = depthOf(options, layers);
  const { applyLn } = options;
  if (applyLn !== undefined && applyLn !== "frozen" && applyLn !== "own") {
    throw new ArgumentError(`applyLn is ${JSON.stringify(applyLn)}.`, 'Use "frozen" or "own", or leave it out.').at(
      callSite(),
    );
  }
  const batch = batchOf(model, prompt, options.positions);
  const { positions } = batch;
  const places = streams(depth, layers, options.inclMid === true);
  const normed = (value: Value): Value => {
    if (applyLn === undefined) return value;
    const norm = normAt(model, depth);
    return applyLn === "own" ? norm(value) : applyLayerNorm(value, norm, { positions });
  };
  const recorded = await oneRequest(model, options, (request) =>
    request.trace(batch.ids, () =>
      Object.fromEntries(
        places.map(({ label, hook }) => [label, normed(atPositions(model.hook(hook), batch)).expandDims(0)]),
      ),
    ),
  );
  const labels = places.map(({ label }) => label);
  return residualStack(
    batch,
    labels,
    labels.map((label) => recorded.get(label)),
  );
}

function streams({ layer, mlpInput }: Depth, layers: number, inclMid: boolean): { label: string; hook: string }[] {
  return indices(layer + 1).flatMap((i) => {
    if (i === layers) return [{ label: "final_post", hook: `blocks.${i - 1}.hook_resid_post` }];
    const pre = { label: `${i}_pre`, hook: `blocks.${i}.hook_resid_pre` };
    const mid = { label: `${i}_mid`, hook: `blocks.${i}.hook_resid_mid` };
    return i < layer ? (inclMid ? [pre, mid] : [pre]) : mlpInput ? [pre, mid] : [pre];
  });
}
