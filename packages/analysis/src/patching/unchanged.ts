/** Cells of a sweep that can change nothing: what they would patch is the same in both runs. */

import type { Rows } from "../shared/prompts.ts";
import type { Site } from "../shared/sites.ts";
import type { Cell } from "./cells.ts";

/**
 * Attention is causal: before the first token in which the prompts differ, every activation is the same in both. And
 * what enters the first block depends on the token alone.
 */
export function changesNothing(clean: Rows, corrupt: Rows, site: Site): (cell: Cell) => boolean {
  const same = clean.ids[0]!.map((_, position) =>
    clean.ids.every((row, i) => row[position] === corrupt.ids[i]?.[position]),
  );
  const first = same.indexOf(false);
  const untouched = (layer: number, position: number) =>
    first < 0 || position < first || (site === "resid_pre" && layer === 0 && same[position] === true);
  return ({ layers, positions }) =>
    positions !== undefined && layers.every((layer) => positions.every((position) => untouched(layer, position)));
}
