/** Activation patching (causal tracing): the clean run's activations in the corrupt run, a cell at a time. */
import type { GPT2LanguageModel, Held, Index } from "insitu";
import { measured } from "../metrics/metrics.ts";
import { meanOf } from "../shared/mean.ts";
import { oneRequest, type Recorded, type Request } from "../shared/request.ts";
import { indexOf, type Site, valueAt } from "../shared/sites.ts";
import type { Cell } from "./cells.ts";
import { cleanRun, type Patching, type PatchingOptions, patching, type Setup, setup } from "./patching.ts";
import { changesNothing } from "./unchanged.ts";

/**
 * Runs the corrupt prompt once for each layer and position, layer and head, or what `by` says, each time with the clean
 * run's activation at that place, and measures what that restores. One request: the clean run's activations stay on
 * the device, and cells share what comes before their patch.
 *
 * Cells before the first token in which the prompts differ are not run, unless the model is edited: attention is causal,
 * and nothing differs there.
 *
 * Patch the other way, clean to corrupt ("noising"), by passing the prompts the other way round. Figures are those of
 * TransformerLens's `patching.get_act_patch_*`.
 *
 * @throws PromptError for prompts of different lengths or a token that is none; ArgumentError for what there is not,
 *   and empty lists; both before anything runs. CancelledError once `signal` is aborted.
 */
export async function activationPatching(model: GPT2LanguageModel, options: PatchingOptions): Promise<Patching> {
  const checked = setup(model, options);
  const sweep = await oneRequest(model, options, (request) => recordSweep(request, checked));
  return sweepResult(sweep, checked);
}

/** A sweep's runs. A cell that could change nothing has the corrupt run as its own. */
export interface Sweep {
  clean: Recorded;
  corrupt: Recorded;
  cells: Recorded[];
}

/** What came of a sweep. */
export function sweepResult({ clean, corrupt, cells }: Sweep, experiment: Setup): Patching {
  const before = meanOf(corrupt);
  const effects = cells.map((cell) => meanOf(cell) - before);
  return patching("effect", effects, [meanOf(clean), before], experiment);
}

/** The programs of a sweep. */
export function recordSweep(request: Request, experiment: Setup): Sweep {
  const { model } = request;
  const { corrupt, metric } = experiment;
  const { site, cells } = experiment.cells;
  const idle = experiment.edited ? () => false : changesNothing(experiment.clean, corrupt, site);
  const patches = new Map<string, Held>();
  const clean = cleanRun(request, experiment, () => {
    for (const cell of cells) {
      if (idle(cell)) continue;
      for (const { key, layer, index } of partsOf(cell, site)) {
        if (!patches.has(key))
          patches.set(
            key,
            valueAt(model, site, layer)
              .at(...index)
              .hold(),
          );
      }
    }
  });
  const measure = () => ({ metric: measured(model, metric, corrupt, clean.reference.held) });
  const unpatched = request.trace(corrupt.ids, measure);
  const patched = (cell: Cell) => () => {
    for (const { key, layer, index } of partsOf(cell, site)) {
      valueAt(model, site, layer)
        .at(...index)
        .set(patches.get(key) as Held);
    }
    return measure();
  };
  return {
    clean: clean.run,
    corrupt: unpatched,
    cells: cells.map((cell) => (idle(cell) ? unpatched : request.trace(corrupt.ids, patched(cell)))),
  };
}

/** What a cell patches, in the order of the pass: part of a layer's site, and a name for it. */
function partsOf({ layers, heads, positions }: Cell, site: Site): { key: string; layer: number; index: Index[] }[] {
  return [...layers]
    .sort((a, b) => a - b)
    .flatMap((layer) =>
      heads.map((head) => {
        const index = indexOf(site, { head, positions });
        return { key: `${layer}/${index.join("/")}`, layer, index };
      }),
    );
}
