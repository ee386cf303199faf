/**
 * How many programs become few passes: which run together, what their batch begins with, where each
 * joins it, and how many go at once.
 */
import {
  BYTES,
  type PromptDims,
  type SpecIndex,
  siteType,
  sizeOf,
  type TraceProgram,
  type ValidProgram,
} from "@insitu/program";
import type { Span } from "../narrow.ts";
import { type Plan, planProgram } from "../plan.ts";
import type { JoinPoint } from "../runnable.ts";
import { type Edit, editsOf, Signatures } from "./edits.ts";
import { beginsPadded, firstPosition, isByPosition } from "./firstPosition.ts";

/** A program of the list. */
export interface Member {
  /** Its position in the list. */
  at: number;
  program: TraceProgram;
  valid: ValidProgram;
  plan: Plan;
}

/** Programs of one pass. */
export interface Chunk {
  variants: {
    member: Member;
    plan: Plan;
    joinsAt: JoinPoint | undefined;
    /** The first position that its own edits change. */
    from: number;
  }[];
  /** Whether copies may begin at that position. */
  ragged: boolean;
}

/** As many as this must begin with the same edit for a pass of its own, which makes it once. */
const WORTH_A_PASS = 8;

/** Programs over one batch of prompts, which need logits of the same positions. */
export interface Group {
  members: Member[];
  /** Undefined where they need all. */
  logits: Span | undefined;
}

/** The programs that can run together; the rest alone. */
export function groupsOf(members: readonly Member[]): { groups: Group[]; alone: Member[] } {
  const byPrompts = new Map<string, Member[]>();
  const alone: Member[] = [];
  for (const member of members) {
    const { program, plan } = member;
    if (program.mode !== "trace" || plan.backwards.length > 0) alone.push(member);
    else {
      const key = JSON.stringify(program.invokes.map(({ ids, mask }) => [ids, mask]));
      byPrompts.set(key, [...(byPrompts.get(key) ?? []), member]);
    }
  }
  return { groups: [...byPrompts.values()].flatMap(byLogits), alone };
}

/** Those that need no logits go with the most. */
function byLogits(members: readonly Member[]): Group[] {
  const groups = new Map<string, Group>();
  const free: Member[] = [];
  for (const member of members) {
    const { logits } = member.plan;
    if (logits === "none") {
      free.push(member);
      continue;
    }
    const span = logits === "all" ? undefined : { start: logits.start, count: logits.count };
    const key = JSON.stringify(span ?? null);
    const group = groups.get(key) ?? { members: [], logits: span };
    groups.set(key, group);
    group.members.push(member);
  }
  if (groups.size === 0) return [{ members: free, logits: undefined }];
  const all = [...groups.values()];
  const largest = all.reduce((a, b) => (b.members.length > a.members.length ? b : a));
  largest.members.push(...free);
  return all;
}

/** Divides a group into passes whose widest value, with what they save, takes `bytes` at most. */
export function chunksOf(
  { members, logits }: Group,
  index: SpecIndex,
  points: readonly JoinPoint[],
  bytes: number,
): Chunk[] {
  const { program, valid } = members[0] as Member;
  const { dims } = valid;
  const padded = beginsPadded(program, valid);
  const widths = widthsOf(index, logits ? { ...dims, predicted: logits.count } : dims);
  return byFirstEdit(members, index).flatMap((together) => {
    const common = commonTo(together, index, points);
    const divisible = together
      .map((one) => ({ ...one, rest: one.edits.slice(common) }))
      .sort((a, b) => joinStage(a) - joinStage(b));
    return byLateness(divisible, logits, index, points)
      .flatMap((some) => divided(some, bytes, widths))
      .map((chunk) => {
        const variants = chunk.map(({ member, edits, rest }, i) => {
          const { program, valid } = member;
          // The first makes what all have in common, on the rows that they share.
          const made = new Set(i === 0 ? [] : edits.slice(0, common).map(({ ref }) => ref));
          // What the others leave out is made all the same: the logits needed are those of the whole program.
          const plan =
            made.size === 0
              ? member.plan
              : { ...planProgram(program, index, valid, { without: made }), logits: member.plan.logits };
          const joinsAt = rest[0] && pointBefore(rest[0].stage, index, points);
          return { member, plan, joinsAt, from: firstPosition(program, valid, rest) };
        });
        const joining = variants.flatMap(({ joinsAt }) => (joinsAt ? [stageOf(joinsAt, index)] : []));
        const earliest = Math.min(...joining);
        const ragged =
          !padded &&
          variants.some(({ from }) => from > 0) &&
          variants.every(({ plan }) => isByPosition(plan, index, earliest));
        return { variants, ragged };
      });
  });
}

interface WithEdits {
  member: Member;
  /** In the order in which they happen. */
  edits: Edit[];
}

interface Divisible extends WithEdits {
  /** The edits that are its own. */
  rest: Edit[];
}

/** Those that join where the model would go on with the positions whose logits are read run apart: the others then do. */
function byLateness(
  members: readonly Divisible[],
  logits: Span | undefined,
  index: SpecIndex,
  points: readonly JoinPoint[],
): Divisible[][] {
  if (!logits) return [[...members]];
  const isLate = ({ rest }: Divisible) =>
    rest[0] !== undefined && pointBefore(rest[0].stage, index, points).late === true;
  return [members.filter((one) => !isLate(one)), members.filter(isLate)];
}

const joinStage = ({ rest }: Divisible): number => rest[0]?.stage ?? Number.POSITIVE_INFINITY;

/** Apart from the others, those of which many begin with the very same edit. */
function byFirstEdit(members: readonly Member[], index: SpecIndex): WithEdits[][] {
  const signatures = new Signatures();
  const all = members.map((member) => ({ member, edits: editsOf(member.program, member.plan, index, signatures) }));
  const byEdit = new Map<string | undefined, WithEdits[]>();
  for (const one of all) {
    const key = one.edits[0]?.signature;
    byEdit.set(key, [...(byEdit.get(key) ?? []), one]);
  }
  const many = [...byEdit].filter(([key, some]) => key !== undefined && some.length >= WORTH_A_PASS);
  const apart = new Set(many.flatMap(([, some]) => some));
  const rest = all.filter((one) => !apart.has(one));
  return [rest, ...many.map(([, some]) => some)].filter((some) => some.length > 0);
}

/** With how many edits all begin, before any of them has to join. */
function commonTo(together: readonly WithEdits[], index: SpecIndex, points: readonly JoinPoint[]): number {
  const first = (together[0] as WithEdits).edits;
  let common = 0;
  while (
    common < first.length &&
    together.every(({ edits }) => {
      const signature = edits[common]?.signature;
      return signature !== undefined && signature === first[common]?.signature;
    })
  )
    common++;
  const joinsBefore = (edit: Edit) =>
    together.some(({ edits }) => {
      const own = edits[common];
      return own !== undefined && stageOf(pointBefore(own.stage, index, points), index) <= edit.stage;
    });
  while (common > 0 && joinsBefore(first[common - 1] as Edit)) common--;
  return common;
}

/** The last place at which a variant can join before this stage passes. */
function pointBefore(stage: number, index: SpecIndex, points: readonly JoinPoint[]): JoinPoint {
  return points.findLast((point) => stageOf(point, index) <= stage) ?? (points[0] as JoinPoint);
}

const stageOf = (point: JoinPoint, index: SpecIndex): number => index.site(point)?.stage ?? 0;

/** Those that join next to each other run together: they share the most. */
function divided(members: readonly Divisible[], bytes: number, widths: (stage: number) => number): Divisible[][] {
  const chunks: Divisible[][] = [];
  let copies = 1;
  let width = 0;
  let saved = 0;
  for (const one of members) {
    const { program, valid, plan } = one.member;
    const joins = one.rest.length > 0 ? 1 : 0;
    const keeps = [...program.saves, ...(program.holds ?? [])].reduce((n, { node }) => {
      const type = valid.types[node];
      return n + (type ? sizeOf(type.shape) * BYTES[type.dtype] : 0);
    }, 0);
    const widest = Math.max(width, widths(plan.lastStage));
    const chunk = chunks.at(-1);
    if (chunk && (copies + joins) * widest + saved + keeps <= bytes) {
      chunk.push(one);
      [copies, width, saved] = [copies + joins, widest, saved + keeps];
    } else {
      chunks.push([one]);
      [copies, width, saved] = [1 + joins, widths(plan.lastStage), keeps];
    }
  }
  return chunks;
}

/** The bytes of the widest value of the batch that passes up to a stage. */
function widthsOf({ spec }: SpecIndex, dims: PromptDims): (stage: number) => number {
  const sites = [...spec.sites].sort((a, b) => a.stage - b.stage);
  let widest = 0;
  const steps = sites.map((site) => {
    const { shape, dtype } = siteType(site, dims);
    widest = Math.max(widest, sizeOf(shape) * BYTES[dtype]);
    return { stage: site.stage, widest };
  });
  return (stage) => steps.findLast((step) => step.stage <= stage)?.widest ?? 0;
}
