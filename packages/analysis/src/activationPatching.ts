/** Activation patching (causal tracing): the clean run's activations in the corrupt run, a cell at a time. */
import type { GPT2LanguageModel, Held } from "insitu";
import { measured } from "./metrics.ts";
import { cleanRun, meanOf, type Patching, type PatchingOptions, patching, type Setup, setup } from "./patching.ts";
import { oneRequest, type Recorded, type Request } from "./request.ts";
import { indexOf, valueAt } from "./sites.ts";

/**
 * Runs the corrupt prompt once for each layer and position, layer and head, or what `by` says, each time with the clean
 * run's activation at that place, and measures what that restores. One request: the clean run's activations stay on
 * the device, and cells share what comes before their patch.
 *
 * Patch the other way, clean to corrupt ("noising"), by passing the prompts the other way round. Figures are those of
 * TransformerLens's `patching.get_act_patch_*`.
 *
 * @throws PromptError for prompts of different lengths or a token that is none; ArgumentError for what there is not,
 *   and empty lists; both before anything runs. CancelledError once `signal` is aborted.
 */
export async function activationPatching(model: GPT2LanguageModel, options: PatchingOptions): Promise<Patching> {
  const checked = setup(model, options);
  const { clean, corrupt, cells } = await oneRequest(model, options, (request) => recordSweep(request, checked));
  const [a, b] = [meanOf(clean), meanOf(corrupt)];
  const effects = cells.map((cell) => meanOf(cell) - b);
  return patching("effect", effects, [a, b], checked);
}

/** The programs of a sweep. */
export function recordSweep(
  request: Request,
  experiment: Setup,
): { clean: Recorded; corrupt: Recorded; cells: Recorded[] } {
  const { model } = request;
  const { corrupt, metric } = experiment;
  const { site, cells } = experiment.cells;
  const patches = new Map<string, Held>();
  const clean = cleanRun(request, experiment, () => {
    for (const { layers, heads, positions } of cells) {
      for (const layer of layers) {
        for (const head of heads) {
          const key = keyOf(layer, head, positions);
          if (patches.has(key)) continue;
          const part = valueAt(model, site, layer).at(...indexOf(site, { head, positions }));
          patches.set(key, part.hold());
        }
      }
    }
  });
  const measure = () => ({ metric: measured(model, metric, corrupt, clean.reference) });
  return {
    clean: clean.run,
    corrupt: request.trace(corrupt.ids, measure),
    cells: cells.map(({ layers, heads, positions }) =>
      request.trace(corrupt.ids, () => {
        for (const layer of layers) {
          for (const head of heads) {
            const patch = patches.get(keyOf(layer, head, positions)) as Held;
            valueAt(model, site, layer)
              .at(...indexOf(site, { head, positions }))
              .set(patch);
          }
        }
        return measure();
      }),
    ),
  };
}

const keyOf = (layer: number, head: number | undefined, positions: readonly number[] | undefined): string =>
  `${layer}/${head ?? ""}/${positions?.join() ?? ""}`;
