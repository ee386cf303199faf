/** Which keys a kind of head attends to. */
import { ArgumentError, callSite, ones, PromptError, tensor, type Value } from "insitu";

/** What a head may do. */
export type HeadKind = keyof typeof KINDS;

interface Kind {
  /** Whether a query has a target: a key that such a head attends to. */
  has: (ids: readonly number[], query: number) => boolean;
  /** Inside a trace, 1 where a query attends to a target, else 0: of ids [rows, tokens], [rows, tokens, tokens]. */
  mask: (ids: Value) => Value;
}

const seenBefore = (ids: readonly number[], query: number): boolean => ids.indexOf(ids[query] as number) < query;

const KINDS = {
  /** The token before. */
  previous: {
    has: (_, query) => query > 0,
    mask: (ids) => {
      const [rows, tokens] = ids.shape as [number, number];
      return belowDiagonal(ones([rows, tokens, tokens]).bandPart(1, 0));
    },
  },
  /** Earlier positions of the same token. */
  duplicate: { has: seenBefore, mask: (ids) => duplicates(ids) },
  /** What came after the same token, earlier. */
  induction: {
    has: seenBefore,
    mask: (ids) =>
      duplicates(ids)
        .at(":", ":", ":-1")
        .pad([
          [0, 0],
          [0, 0],
          [1, 0],
        ]),
  },
} as const satisfies Record<string, Kind>;

/** All kinds, or those asked for. @throws ArgumentError for a kind that is none, and for none. */
export function headKinds(given: readonly HeadKind[] | undefined): HeadKind[] {
  const all = Object.keys(KINDS) as HeadKind[];
  if (given === undefined) return all;
  const list = [given].flat() as readonly HeadKind[];
  const unknown = list.find((kind) => !Object.hasOwn(KINDS, kind));
  if (list.length > 0 && unknown === undefined) return [...new Set(list)];
  throw new ArgumentError(
    unknown === undefined
      ? "kinds is empty: nothing would be measured."
      : `There is no kind ${JSON.stringify(unknown)}.`,
    `Heads are scored as ${all.join(", ")}.`,
    { kinds: given },
  ).at(callSite());
}

/** How many queries of all rows have a target. @throws PromptError where none has. */
export function queriesWithTarget(kind: HeadKind, rows: readonly (readonly number[])[]): number {
  const count = rows.reduce((sum, ids) => sum + ids.filter((_, query) => KINDS[kind].has(ids, query)).length, 0);
  if (count > 0) return count;
  throw new PromptError(
    `No token of the prompts has a target of ${kind} heads.`,
    kind === "previous"
      ? "Pass two tokens or more."
      : "Pass prompts that repeat a token, or name the kinds that you want.",
    { kind },
  ).at(callSite());
}

/** Inside a trace: 1 where a query attends to a target, else 0, [rows, tokens, tokens]. */
export function targetMask(kind: HeadKind, rows: readonly (readonly number[])[]): Value {
  return KINDS[kind].mask(tensor(rows.flat(), [rows.length, rows[0]!.length], "int32"));
}

const belowDiagonal = (lower: Value): Value => lower.sub(lower.bandPart(0, 0));

function duplicates(ids: Value): Value {
  const same = ids.expandDims(2).equal(ids.expandDims(1)).cast("float32");
  return belowDiagonal(same.bandPart(-1, 0));
}
