/**
 * From a valid program to what happens where: which nodes are needed at all, at which stage of the
 * forward pass each runs, how often each value is used, and where the pass may end.
 */
import {
  type Node,
  type NodeRef,
  type SiteSpec,
  type SpecIndex,
  siteKey,
  type TraceProgram,
  type ValidProgram,
} from "@insitu/program";
import { type Narrowing, narrowing } from "./narrow.ts";

/** Stages of one step of a generation; a stage of step n stands n times as much later. */
export const STEP = 1 << 16;

/** What happens when the forward pass reaches a stage. */
export interface StageWork {
  gets: NodeRef[];
  /** In recorded order; each one's inputs exist by then. */
  compute: NodeRef[];
  sets: NodeRef[];
}

export interface Plan {
  /** Run before the forward pass: what depends on no place in the model. */
  prelude: NodeRef[];
  stages: Map<number, StageWork>;
  /** The stage of each place, by step and site key. */
  stageOf: Map<string, number>;
  /** Modules with a place that is read or replaced, by step. */
  tapped: Set<string>;
  /** For each step and module that does not run, what stands for its output. */
  skips: Map<string, NodeRef[]>;
  /** Backward passes whose gradients are needed, in order. */
  backwards: number[];
  /** The pass ends once this stage is done; -1 when it need not run at all. */
  lastStage: number;
  /** The only positions whose logits are needed; or all of them, or none. */
  logits: Narrowing | "all" | "none";
  /** How many needed nodes, sets and saves use each node's value. */
  uses: Uint32Array;
}

export interface PlanOptions {
  /** Runs every step, needed or not. */
  toTheEnd?: boolean;
  /** Sets that somebody else makes. */
  without?: ReadonlySet<NodeRef>;
}

/** Plans a program that `validateProgram` passed. */
export function planProgram(
  program: TraceProgram,
  index: SpecIndex,
  valid: ValidProgram,
  options: PlanOptions = {},
): Plan {
  const kept = [...program.saves, ...(program.holds ?? [])].map(({ node }) => node);
  return planFor(program, index, valid, kept, options);
}

/** Plans the forward pass that ends in a loss, with the values whose gradients are wanted. */
export function planBackward(
  program: TraceProgram,
  index: SpecIndex,
  valid: ValidProgram,
  wanted: readonly NodeRef[],
  loss: NodeRef,
): Plan {
  return planFor(program, index, valid, [...wanted, loss], {});
}

/** The stage at which the gradients of a backward pass exist. */
export const backwardStage = (program: TraceProgram, backward: number): number =>
  STEP * ((program.generation?.maxNewTokens ?? 1) + 1) + backward;

function planFor(
  program: TraceProgram,
  index: SpecIndex,
  valid: ValidProgram,
  kept: readonly NodeRef[],
  { toTheEnd = false, without }: PlanOptions,
): Plan {
  const { nodes } = program;
  /** Where a node happens in the pass: a skip, when its module's input passes. */
  const siteOf = (node: Node): SiteSpec | undefined => {
    if (node.kind === "skip") return index.site({ module: node.module, port: "input" });
    return node.kind === "get" || node.kind === "set" ? index.site(node) : undefined;
  };

  const stageAt = (node: Node): number => {
    const { stage } = siteOf(node) as SiteSpec;
    return stage + STEP * ((node as { step?: number }).step ?? 0);
  };

  const needed = new Uint8Array(nodes.length);
  const require = (from: NodeRef[]) => {
    const open = [...from];
    for (let ref = open.pop(); ref !== undefined; ref = open.pop()) {
      if (needed[ref]) continue;
      needed[ref] = 1;
      open.push(...inputsOf(nodes[ref] as Node));
    }
  };
  require([...kept]);
  // An edited gradient decides every gradient further back.
  const passesNeeded = () =>
    new Set(nodes.flatMap((node, ref) => (needed[ref] && node.kind === "grad" ? [node.backward] : [])));
  for (let known = -1, passes = passesNeeded(); passes.size > known; known = passes.size, passes = passesNeeded()) {
    require(nodes.flatMap((node, ref) => (node.kind === "setGrad" && passes.has(node.backward) ? [ref] : [])));
  }
  const backwards = [...passesNeeded()].sort((a, b) => a - b);
  let lastStage = toTheEnd ? Number.POSITIVE_INFINITY : -1;
  nodes.forEach((node, ref) => {
    if (needed[ref] && node.kind === "get") lastStage = Math.max(lastStage, stageAt(node));
  });
  // A set matters where the pass goes on past it; of several to one place, the last one holds.
  const lastSet = new Map<string, NodeRef>();
  nodes.forEach((node, ref) => {
    if ((node.kind !== "set" && node.kind !== "skip") || stageAt(node) >= lastStage) return;
    lastSet.set(`${node.step ?? 0}/${node.invoke}/${node.kind === "set" ? siteKey(node) : node.module}`, ref);
  });
  require([...lastSet.values()].filter((ref) => !without?.has(ref)));

  const readyAt = new Float64Array(nodes.length).fill(-1);
  const stages = new Map<number, StageWork>();
  const stageOf = new Map<string, number>();
  const tapped = new Set<string>();
  const skips = new Map<string, NodeRef[]>();
  const prelude: NodeRef[] = [];
  const uses = new Uint32Array(nodes.length);
  const workAt = (stage: number): StageWork => {
    const work = stages.get(stage) ?? { gets: [], compute: [], sets: [] };
    stages.set(stage, work);
    return work;
  };
  nodes.forEach((node, ref) => {
    if (!needed[ref]) return;
    const inputs = inputsOf(node);
    for (const input of inputs) (uses[input] as number)++;
    const site = siteOf(node);
    if (site) {
      const step = (node as { step?: number }).step ?? 0;
      const stage = stageAt(node);
      stageOf.set(stepKey(step, siteKey(site)), stage);
      tapped.add(stepKey(step, site.module));
      readyAt[ref] = stage;
      const work = workAt(stage);
      if (node.kind === "get") work.gets.push(ref);
      else if (node.kind === "set") work.sets.push(ref);
      else if (node.kind === "skip") {
        const key = stepKey(step, node.module);
        skips.set(key, [...(skips.get(key) ?? []), ref]);
      }
    } else if (node.kind === "grad") readyAt[ref] = backwardStage(program, node.backward);
    else readyAt[ref] = Math.max(-1, ...inputs.map((i) => readyAt[i] as number));
  });
  for (const node of kept) (uses[node] as number)++;

  // What depends on no place waits until the first node that uses it, so that it lives no longer.
  const runAt = readyAt.slice();
  const pinned = new Set(kept.filter((ref) => readyAt[ref] === -1));
  for (let ref = nodes.length - 1; ref >= 0; ref--) {
    if (!needed[ref]) continue;
    for (const input of inputsOf(nodes[ref] as Node)) {
      if (readyAt[input] !== -1 || pinned.has(input)) continue;
      const stage = runAt[ref] as number;
      runAt[input] = runAt[input] === -1 ? stage : Math.min(runAt[input] as number, stage);
      if (stage === -1) pinned.add(input);
    }
  }
  nodes.forEach((node, ref) => {
    if (!needed[ref] || siteOf(node) || node.kind === "grad" || node.kind === "setGrad") return;
    const stage = pinned.has(ref) ? -1 : (runAt[ref] as number);
    if (stage < 0) prelude.push(ref);
    else workAt(stage).compute.push(ref);
  });
  const logits = narrowing(program, index, valid, (ref) => needed[ref] === 1, kept);
  return { prelude, stages, stageOf, tapped, skips, backwards, lastStage, uses, logits };
}

/** How `stageOf` and `skips` are looked up. */
export const stepKey = (step: number, key: string): string => `${step}/${key}`;

/** The values that a node is made of. */
export function inputsOf(node: Node): NodeRef[] {
  switch (node.kind) {
    case "set":
    case "skip":
    case "setGrad":
      return [node.value];
    case "op":
    case "call":
      return node.inputs;
    default:
      return [];
  }
}
