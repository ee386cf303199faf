/**
 * Which positions a trace needs logits of. The unembedding is the largest product of a small model; where
 * every reader of the logits says which positions it wants, only those are run.
 */
import {
  type IndexTerm,
  type Node,
  type NodeRef,
  resolveIndex,
  type SpecIndex,
  type TensorType,
  type TraceProgram,
  type ValidProgram,
} from "@insitu/program";

/** Positions in a row from `start` on. */
export interface Span {
  start: number;
  count: number;
}

export interface Narrowing extends Span {
  /** Indexes as they read what is run, by the nodes that read by them. */
  indexes: Map<NodeRef, IndexTerm[]>;
}

/** The axis of positions: [rows, positions, …]. */
const POSITIONS = 1;

/**
 * The positions to run where the sites of predicted positions are only read, and only by indexes that
 * name positions; "all" where all are needed, "none" where no logits are.
 */
export function narrowing(
  { mode, nodes }: TraceProgram,
  index: SpecIndex,
  { types, dims }: ValidProgram,
  needed: (ref: NodeRef) => boolean,
  kept: readonly NodeRef[],
): Narrowing | "all" | "none" {
  if (mode !== "trace") return "all";
  const predicted = (node: Node) => {
    if (node.kind === "skip") return index.spec.sites.some((s) => s.module === node.module && isPredicted(s.shape));
    return (node.kind === "get" || node.kind === "set") && isPredicted(index.site(node)?.shape ?? []);
  };
  const reads = new Set<NodeRef>();
  for (const [ref, node] of nodes.entries()) {
    if (!needed(ref) || !predicted(node)) continue;
    if (node.kind !== "get") return "all";
    reads.add(ref);
  }
  if (reads.size === 0) return "none";
  if (kept.some((ref) => reads.has(ref))) return "all";
  const found: { ref: NodeRef; terms: IndexTerm[]; at: number; positions: number[] }[] = [];
  for (const [ref, node] of nodes.entries()) {
    if (!needed(ref)) continue;
    const inputs = "inputs" in node ? node.inputs : "value" in node ? [node.value] : [];
    if (!inputs.some((input) => reads.has(input))) continue;
    if (node.kind !== "op" || node.op !== "at" || inputs.slice(1).some((input) => reads.has(input))) return "all";
    const terms = node.attrs?.["index"] as IndexTerm[];
    const operands = inputs.slice(1).map((input) => types[input] as TensorType);
    const at = termOf(terms, operands);
    if (at === undefined) return "all";
    const pick = resolveIndex(terms, (types[inputs[0] as NodeRef] as TensorType).shape, operands).picks[POSITIONS];
    if (!pick) return "all";
    const positions =
      pick.kind === "point"
        ? [pick.index]
        : pick.kind === "list"
          ? [...pick.indices]
          : Array.from({ length: pick.count }, (_, i) => pick.start + i * pick.step);
    found.push({ ref, terms, at, positions });
  }
  const all = found.flatMap(({ positions }) => positions);
  const start = Math.min(...all);
  const count = Math.max(...all) - start + 1;
  if (all.length === 0 || count >= dims.predicted) return "all";
  const indexes = new Map(
    found.map(({ ref, terms, at, positions }) => [
      ref,
      terms.with(at, shifted(terms[at] as IndexTerm, positions, start)),
    ]),
  );
  return { start, count, indexes };
}

const isPredicted = (shape: readonly unknown[]): boolean => shape[POSITIONS] === "predicted";

/** Where the term that picks positions stands; undefined where none does, or none that can be moved. */
function termOf(terms: readonly IndexTerm[], operands: readonly TensorType[]): number | undefined {
  let axis = 0;
  for (const [i, term] of terms.entries()) {
    if (term === null) continue;
    if (term === "...") return undefined;
    if (axis === POSITIONS) {
      const movable = typeof term === "number" || Array.isArray(term) || "start" in (term as object);
      return movable ? i : undefined;
    }
    const mask = typeof term === "object" && "mask" in term ? operands[term.mask] : undefined;
    axis += mask ? mask.shape.length : 1;
  }
  return undefined;
}

/** The term that picks the same positions of what begins at `start`. */
function shifted(term: IndexTerm, positions: readonly number[], start: number): IndexTerm {
  if (typeof term === "number") return (positions[0] as number) - start;
  if (Array.isArray(term)) return positions.map((p) => p - start);
  const [first = start, last = start - 1] = [positions[0], positions.at(-1)];
  const step = positions.length > 1 ? (positions[1] as number) - first : 1;
  return { start: first - start, stop: last - start + 1, step };
}
