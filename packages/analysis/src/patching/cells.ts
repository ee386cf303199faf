/** The cells of a patching sweep: which layers, heads and positions each of them patches. */
import { ArgumentError, callSite } from "insitu";
import type { Axis } from "../shared/labelled.ts";
import { headLabels, layerLabels, type ModelShape } from "../shared/modelShape.ts";
import { chosen } from "../shared/request.ts";
import { axesOf, type Site } from "../shared/sites.ts";

/** A dimension of a sweep. */
export type SweepAxis = "layer" | "head" | "position";

export interface CellOptions {
  /** Where to patch; "resid_pre" unless given. */
  site?: Site;
  /** One cell for each of these: layer and position unless given, layer and head where the site has heads. */
  by?: readonly SweepAxis[];
  /** Which layers; all unless given. Negative numbers count from the end, here and below. */
  layers?: readonly number[];
  /** Which heads; all unless given. Only for sites with heads. */
  heads?: readonly number[];
  /** Which positions; all unless given. Of a pattern, positions of the query. */
  positions?: readonly number[];
}

/** What a cell patches. */
export interface Cell {
  layers: number[];
  /** Each alone; undefined for all at once. */
  heads: (number | undefined)[];
  /** Undefined for all. */
  positions: number[] | undefined;
}

export interface Cells {
  site: Site;
  axes: Axis[];
  /** Row-major over the axes. */
  cells: Cell[];
}

/** @throws ArgumentError for a site, an axis or an index that there is not, and for empty lists. */
export function cellsOf(options: CellOptions, shape: ModelShape, positions: readonly string[]): Cells {
  const { site = "resid_pre" } = options;
  const hasHeads = axesOf(site).head !== undefined;
  const given = options.by ?? (hasHeads ? ["layer", "head"] : ["layer", "position"]);
  const by = [given].flat() as readonly SweepAxis[];
  if (by.length === 0 || new Set(by).size < by.length || by.some((axis) => !AXES.includes(axis))) {
    throw new ArgumentError(`by is ${JSON.stringify(by)}.`, `Name some of ${AXES.join(", ")}, each once.`, { by }).at(
      callSite(),
    );
  }
  if (!hasHeads && (by.includes("head") || options.heads)) {
    throw new ArgumentError(`${site} has no heads.`, "Heads have z, q, k, v and pattern.", { site }).at(callSite());
  }
  const all = {
    layer: chosen(options.layers, shape.layers, "layers"),
    head: chosen(options.heads, shape.heads, "heads"),
    position: chosen(options.positions, positions.length, "positions"),
  };
  const labels = {
    layer: layerLabels(all.layer),
    head: headLabels(all.head),
    position: all.position.map((position) => positions[position] as string),
  };
  const whole: Cell = {
    layers: all.layer,
    heads: options.heads ? all.head : [undefined],
    positions: options.positions ? all.position : undefined,
  };
  const cells = by.reduce<Cell[]>(
    (cells, axis) => cells.flatMap((cell) => all[axis].map((i) => at(cell, axis, i))),
    [whole],
  );
  return { site, axes: by.map((name) => ({ name, labels: labels[name] })), cells };
}

const AXES: readonly SweepAxis[] = ["layer", "head", "position"];

function at(cell: Cell, axis: SweepAxis, index: number): Cell {
  if (axis === "layer") return { ...cell, layers: [index] };
  return axis === "head" ? { ...cell, heads: [index] } : { ...cell, positions: [index] };
}
