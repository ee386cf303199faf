/** Which positions a program's edits leave as they were. Attention is causal: before the first that is edited, all stays. */
import {
  type IndexTerm,
  type Node,
  type NodeRef,
  resolveIndex,
  type SiteSpec,
  type SpecIndex,
  siteKey,
  type TensorType,
  type TraceProgram,
  type ValidProgram,
} from "@insitu/program";
import type { Plan } from "../plan.ts";
import type { Edit } from "./edits.ts";

/** The axis of positions: [rows, positions, …]. */
const POSITIONS = 1;

/** The first position that any of the edits changes; 0 where that cannot be told. */
export function firstPosition(program: TraceProgram, valid: ValidProgram, edits: readonly Edit[]): number {
  const first = Math.min(...edits.map(({ ref }) => firstOf(program, valid, program.nodes[ref] as Node)));
  return Number.isFinite(first) ? first : 0;
}

/** Whether everything that a plan reads or edits from a stage on has positions of its own, side by side. */
export function isByPosition(plan: Plan, index: SpecIndex, from: number): boolean {
  if (plan.skips.size > 0) return false;
  return [...plan.stageOf.keys()].every((key) => {
    const site = index.siteByKey(key.slice(key.indexOf("/") + 1)) as SiteSpec;
    return site.stage < from || site.shape[POSITIONS] === "tokens" || site.shape[POSITIONS] === "predicted";
  });
}

/**
 * Whether a row begins with padding. A query that is all padding sees every key alike, those after it too
 * (in Hugging Face's eager attention), so that an edit reaches back to it.
 */
export function beginsPadded({ invokes }: TraceProgram, { dims }: ValidProgram): boolean {
  return invokes.some(({ ids, mask }) => ids.some((row, r) => row.length < dims.tokens || mask?.[r]?.[0] === 0));
}

function firstOf({ nodes }: TraceProgram, { types }: ValidProgram, edit: Node): number {
  if (edit.kind !== "set") return 0;
  let first = Number.POSITIVE_INFINITY;
  let ref: NodeRef = edit.value;
  for (;;) {
    const node = nodes[ref] as Node;
    if (node.kind === "get" && siteKey(node) === siteKey(edit) && node.invoke === edit.invoke) return first;
    if (node.kind !== "op" || node.op !== "put") return 0;
    const [base, , ...operands] = node.inputs as [NodeRef, NodeRef, ...NodeRef[]];
    first = Math.min(
      first,
      start(
        node.attrs?.["index"] as IndexTerm[],
        types[base] as TensorType,
        operands.map((o) => types[o] as TensorType),
      ),
    );
    ref = base;
  }
}

/** The first position that an index picks. */
function start(terms: readonly IndexTerm[], base: TensorType, operands: readonly TensorType[]): number {
  const { picks, masks } = resolveIndex(terms, base.shape, operands);
  const pick = picks[POSITIONS];
  if (!pick || masks.length > 0) return 0;
  if (pick.kind === "point") return pick.index;
  if (pick.kind === "range") return pick.count > 0 ? pick.start : Number.POSITIVE_INFINITY;
  return Math.min(...pick.indices);
}
