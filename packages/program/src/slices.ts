/**
 * What an index selects, worked out once for the recorder (shapes, errors) and for the engine
 * (kernels). Rules are torch's: ints drop their dimension; slices clip; lists select, and several
 * lists select point by point; where lists and ints are apart, their dimension comes first.
 */
import type { TensorType } from "./dtype.ts";
import { SliceError } from "./errors.ts";
import { formatShape } from "./shape.ts";
import { formatIndex, type IndexTerm, type SliceTerm } from "./sliceText.ts";

/** What is taken of one axis of the base. */
export type AxisPick =
  | { kind: "range"; start: number; step: number; count: number }
  | { kind: "point"; index: number }
  | { kind: "list"; indices: readonly number[] };

export interface ResolvedIndex {
  /** One a base axis. Several lists, or none; lists are of equal length. */
  picks: AxisPick[];
  /** Masks over base axes, left whole in `picks`: `operand` covers `rank` axes from `axis` on. */
  masks: { operand: number; axis: number; rank: number }[];
  /** An int32 value that picks along one axis, left whole in `picks`. Reads only. */
  dynamic: { operand: number; axis: number } | undefined;
  /** Where the lists' shared dimension stands in the result, before new axes; -1 without lists. */
  listAt: number;
  /** Dimensions of the result at which a new axis stands. */
  newAxes: number[];
  /** The result's shape. Masked axes stand whole in it; a value written there broadcasts to it. */
  shape: number[];
}

/**
 * Resolves index terms against a base of this shape. `operands` are the types of the values that
 * `mask` and `list` terms point at. Throws SliceError.
 */
export function resolveIndex(
  terms: readonly IndexTerm[],
  base: readonly number[],
  operands: readonly TensorType[],
): ResolvedIndex {
  const fail = (problem: string, remedy: string): never => {
    throw new SliceError(`${formatIndex(terms)} of a value of shape ${formatShape(base)}: ${problem}`, remedy, {
      index: formatIndex(terms),
      shape: [...base],
    });
  };
  const operandOf = (n: number): TensorType =>
    operands[n] ?? fail(`it names input ${n}, which is not there.`, "Record the index with .at().");

  const expanded = expandEllipsis(terms, base, operandOf, fail);
  const picks: AxisPick[] = [];
  const masks: ResolvedIndex["masks"] = [];
  let dynamic: ResolvedIndex["dynamic"];
  let axis = 0;
  /** The result's dimensions in order: of a base axis, of the lists, or new. */
  const dims: ("new" | "point" | "list" | number)[] = [];

  for (const term of expanded) {
    if (term === null) {
      dims.push("new");
      continue;
    }
    const size = base[axis] as number;
    if (typeof term === "number") {
      picks.push({ kind: "point", index: wrap(term, size, axis, fail) });
      dims.push("point");
    } else if (Array.isArray(term)) {
      picks.push({ kind: "list", indices: term.map((i) => wrap(i, size, axis, fail)) });
      dims.push("list");
    } else if (typeof term === "object" && "mask" in term) {
      const mask = operandOf(term.mask);
      masks.push({ operand: term.mask, axis, rank: mask.shape.length });
      mask.shape.forEach((d, i) => {
        if (d !== base[axis + i]) {
          fail(
            `a mask of shape ${formatShape(mask.shape)} does not cover dimension ${axis + i}, of size ${base[axis + i]}.`,
            "A mask has the sizes of the dimensions it stands for.",
          );
        }
        picks.push({ kind: "range", start: 0, step: 1, count: d });
        dims.push(axis + i);
      });
      axis += mask.shape.length;
      continue;
    } else if (typeof term === "object" && "list" in term) {
      if (dynamic) fail("two dimensions are picked by values.", "Pick one at a time: x.at(a).at(':', b).");
      dynamic = { operand: term.list, axis };
      picks.push({ kind: "range", start: 0, step: 1, count: size });
      dims.push(axis);
    } else {
      picks.push(sliceToRange(term as SliceTerm, size, fail));
      dims.push(axis);
    }
    axis++;
  }

  const lists = picks.filter((p) => p.kind === "list");
  const length = Math.max(0, ...lists.map((l) => l.indices.length));
  for (const [i, pick] of picks.entries()) {
    if (pick.kind !== "list" || pick.indices.length === length) continue;
    if (pick.indices.length !== 1) {
      fail(
        `lists of ${pick.indices.length} and ${length} indices stand together.`,
        "Several lists pick point by point: make them of one length, or slice twice to cross them.",
      );
    }
    picks[i] = { kind: "list", indices: new Array(length).fill(pick.indices[0]) };
  }
  if (lists.length > 0 && (masks.length > 0 || dynamic)) {
    fail("lists and values stand in one index.", "Slice twice: x.at(list).at(':', value).");
  }

  return { picks, masks, dynamic, ...layOut(dims, picks, lists.length > 0, length, dynamic, operandOf) };
}

type Fail = (problem: string, remedy: string) => never;

const WHOLE: SliceTerm = { start: null, stop: null, step: null };

/** Replaces the ellipsis, or the end, by whole slices, so that every base axis has its term. */
function expandEllipsis(
  terms: readonly IndexTerm[],
  base: readonly number[],
  operandOf: (n: number) => TensorType,
  fail: Fail,
): IndexTerm[] {
  let taken = 0;
  let ellipses = 0;
  for (const term of terms) {
    if (term === "...") ellipses++;
    else if (term !== null) {
      taken += typeof term === "object" && "mask" in term ? operandOf(term.mask).shape.length : 1;
    }
  }
  if (ellipses > 1) fail("an index holds one ellipsis at most.", "Write the other dimensions out as ':'.");
  if (taken > base.length) {
    fail(`it indexes ${taken} dimensions, and there are ${base.length}.`, "Leave the surplus out.");
  }
  const fill = new Array<IndexTerm>(base.length - taken).fill(WHOLE);
  const at = terms.indexOf("...");
  return at < 0 ? [...terms, ...fill] : [...terms.slice(0, at), ...fill, ...terms.slice(at + 1)];
}

function wrap(index: number, size: number, axis: number, fail: Fail): number {
  if (!Number.isInteger(index)) fail(`${index} is not an integer.`, "Index with whole numbers.");
  if (index < -size || index >= size) {
    fail(`${index} is out of range for dimension ${axis}, of size ${size}.`, `Use ${-size} to ${size - 1}.`);
  }
  return index < 0 ? index + size : index;
}

function sliceToRange(term: SliceTerm, size: number, fail: Fail): AxisPick {
  const step = term.step ?? 1;
  if (!(step >= 1)) fail(`the step ${step} is not positive.`, "Slice forwards, then .reverse(axis).");
  const clip = (x: number) => Math.min(size, Math.max(0, x < 0 ? x + size : x));
  const start = clip(term.start ?? 0);
  const stop = clip(term.stop ?? size);
  return { kind: "range", start, step, count: Math.max(0, Math.ceil((stop - start) / step)) };
}

/** Places the result's dimensions: torch's rule for where the dimension of the lists goes. */
function layOut(
  dims: ("new" | "point" | "list" | number)[],
  picks: AxisPick[],
  hasLists: boolean,
  length: number,
  dynamic: ResolvedIndex["dynamic"],
  operandOf: (n: number) => TensorType,
): Pick<ResolvedIndex, "listAt" | "newAxes" | "shape"> {
  // torch takes ints out first: they never count as standing between lists.
  const standing = dims.filter((d) => d !== "point");
  const first = standing.indexOf("list");
  const last = standing.lastIndexOf("list");
  const adjacent = standing.slice(first, last + 1).every((d) => d === "list");
  const shape: number[] = [];
  const newAxes: number[] = [];
  let listAt = -1;
  let before = 0;
  if (hasLists && !adjacent) {
    listAt = 0;
    shape.push(length);
    before = 1;
  }
  for (const [i, dim] of standing.entries()) {
    if (hasLists && adjacent && i === first) {
      listAt = before;
      before++;
      shape.push(length);
    }
    if (dim === "new") {
      newAxes.push(shape.length);
      shape.push(1);
    } else if (typeof dim === "number") {
      if (dynamic && dynamic.axis === dim) shape.push(...operandOf(dynamic.operand).shape);
      else shape.push((picks[dim] as { count: number }).count);
      before++;
    }
  }
  return { listAt, newAxes, shape };
}
