/**
 * A plan while it runs: holds the values of the program's nodes, reads and replaces what passes the
 * hooks, and disposes each value at its last use.
 */
import {
  type CallNode,
  type GetNode,
  InsituError,
  type Node,
  type NodeRef,
  RunError,
  rowRanges,
  type SetNode,
  type SkipNode,
  sameShape,
  type TensorType,
  type TraceProgram,
  type ValidProgram,
} from "@insitu/program";
import { describeNode } from "./describeNode.ts";
import { fromWireTensor } from "./fromWireTensor.ts";
import type { Hooks } from "./hooks.ts";
import type { Narrowing, Span } from "./narrow.ts";
import { runOp } from "./ops/table.ts";
import { inputsOf, type Plan, type StageWork, stepKey } from "./plan.ts";
import { putRows, rowsOf } from "./rows.ts";
import * as tf from "./tf.ts";

/** Thrown through the forward pass when nothing further is needed; never leaves the engine. */
export const PASS_DONE = Symbol("pass done");

/** What an execution asks of the model beside the pass. */
export interface ModelAccess {
  /** A parameter; its owner disposes it. */
  parameter(path: string, name: string): tf.Tensor;
  /** A module on a value, without hooks. */
  call(path: string, x: tf.Tensor): tf.Tensor;
  /** A value that an earlier trace left on the device. */
  heldValue(id: string): tf.Tensor;
}

export class Execution implements Hooks {
  private readonly values = new Map<NodeRef, tf.Tensor>();
  private readonly uses: Uint32Array;
  private step = 0;
  /** Nodes computed before their stage. */
  private readonly pulled = new Set<NodeRef>();
  /** In a backward pass: puts a value whose gradient is wanted on the tape, owning what it is given. */
  tap: ((ref: NodeRef, value: tf.Tensor) => tf.Tensor) | undefined;
  /** Whether the generation ended before its last step. */
  endedEarly = false;
  private readonly narrowing: Narrowing | undefined;
  private readonly ranges: { start: number; count: number }[];

  constructor(
    private readonly program: TraceProgram,
    private readonly valid: ValidProgram,
    private readonly plan: Plan,
    private readonly model: ModelAccess,
  ) {
    this.uses = plan.uses.slice();
    this.narrowing = typeof plan.logits === "object" ? plan.logits : undefined;
    this.ranges = rowRanges(program.invokes);
  }

  /** Computes what depends on no place in the model. Call before the forward pass. */
  start(): void {
    for (const ref of this.plan.prelude) this.compute(ref);
  }

  /** From here on, places are those of this step of the generation. */
  atStep(step: number): void {
    this.step = step;
  }

  /** Computes what the gradients of a backward pass make possible. */
  afterBackward(stage: number): void {
    for (const ref of this.plan.stages.get(stage)?.compute ?? []) if (!this.pulled.has(ref)) this.compute(ref);
  }

  /** A node's value, made now if it can be: for edits of gradients, in the middle of a backward pass. */
  pull(ref: NodeRef): tf.Tensor {
    const open = [ref];
    while (open.length > 0) {
      const next = open[open.length - 1] as NodeRef;
      const missing = this.values.has(next)
        ? []
        : inputsOf(this.program.nodes[next] as Node).filter((i) => !this.values.has(i));
      if (missing.length > 0) open.push(...missing);
      else {
        open.pop();
        if (!this.values.has(next)) {
          this.compute(next);
          this.pulled.add(next);
        }
      }
    }
    return this.value(ref);
  }

  /** The values to save, in the program's order; null for those of steps never made. They stay the execution's: `dispose` frees them. */
  saved(): (tf.Tensor | null)[] {
    return this.program.saves.map(({ node }) => {
      const value = this.values.get(node);
      if (!value && this.endedEarly) return null;
      if (!value)
        throw new RunError(
          `The run never reached ${describeNode(this.program.nodes[node] as Node)}.`,
          "This is a bug in insitu; please report it.",
        );
      return value;
    });
  }

  /** Of the values to save, those that are there by now; null for the rest. */
  partial(): (tf.Tensor | null)[] {
    return this.program.saves.map(({ node }) => this.values.get(node) ?? null);
  }

  /** Handles of the values to hold, for the caller to keep. */
  held(): Map<string, tf.Tensor> {
    const reached = (this.program.holds ?? []).filter(({ node }) => this.values.has(node) || !this.endedEarly);
    return new Map(reached.map(({ node, id }) => [id, tf.keep(this.value(node).clone())]));
  }

  dispose(): void {
    for (const value of this.values.values()) value.dispose();
    this.values.clear();
  }

  get logits(): Span | undefined {
    return this.narrowing;
  }

  visit(module: string, port: string, value: tf.Tensor): tf.Tensor {
    const stage = this.plan.stageOf.get(stepKey(this.step, `${module}:${port}`));
    return stage === undefined ? value : (this.atStage(stage, module, [port], [value])[0] as tf.Tensor);
  }

  visitGroup(module: string, ports: readonly string[], values: readonly tf.Tensor[]): tf.Tensor[] {
    for (const port of ports) {
      const stage = this.plan.stageOf.get(stepKey(this.step, `${module}:${port}`));
      if (stage !== undefined) return this.atStage(stage, module, ports, values);
    }
    return [...values];
  }

  taps(module: string, ...ports: readonly string[]): boolean {
    const { tapped, skips, stageOf } = this.plan;
    const key = stepKey(this.step, module);
    if (ports.length === 0 || !tapped.has(key)) return tapped.has(key);
    return skips.has(key) || ports.some((port) => stageOf.has(`${key}:${port}`));
  }

  skipped(module: string): tf.Tensor | undefined {
    const skips = this.plan.skips.get(stepKey(this.step, module));
    if (!skips) return undefined;
    const nodes = skips.map((ref) => this.program.nodes[ref] as SkipNode);
    const whole = nodes.findLast((node) => node.invoke === null);
    const byInvoke = (invoke: number) => nodes.find((node) => node.invoke === invoke) as SkipNode;
    const parts = whole ? [whole] : this.ranges.map((_, invoke) => byInvoke(invoke));
    const values = parts.map((node) => this.value(node.value));
    const output = values.length === 1 ? (values[0] as tf.Tensor).clone() : tf.concat(values);
    for (const node of nodes) this.release(node.value);
    return output;
  }

  private atStage(stage: number, module: string, ports: readonly string[], values: readonly tf.Tensor[]): tf.Tensor[] {
    const work = this.plan.stages.get(stage) as StageWork;
    const nodes = this.program.nodes;
    for (const ref of work.gets) {
      const node = nodes[ref] as GetNode;
      const place = ports.indexOf(node.port);
      if (place >= 0 && node.module === module && (node.step ?? 0) === this.step)
        this.hold(ref, rowsOf(this.ranges, node.invoke, values[place] as tf.Tensor));
    }
    for (const ref of work.compute) this.compute(ref);
    const passing = this.tap
      ? values.map((value, place) => this.tapped(work.gets, module, ports[place] as string, value))
      : values;
    const flowing = passing.map((value, place) => this.replaced(work.sets, module, ports[place] as string, value));
    if (stage >= this.plan.lastStage) throw PASS_DONE;
    return flowing;
  }

  /** What flows on from a place: its rows replaced where sets say so, in recorded order. */
  private replaced(sets: readonly NodeRef[], module: string, port: string, value: tf.Tensor): tf.Tensor {
    let flowing = value;
    for (const ref of sets) {
      const node = this.program.nodes[ref] as SetNode;
      if (node.module !== module || node.port !== port || (node.step ?? 0) !== this.step) continue;
      flowing = putRows(this.ranges, flowing, node.invoke, this.value(node.value));
      this.release(node.value);
    }
    return flowing;
  }

  /** In a backward pass, what was read flows on as it is on the tape. */
  private tapped(gets: readonly NodeRef[], module: string, port: string, value: tf.Tensor): tf.Tensor {
    let flowing = value;
    for (const ref of gets) {
      const node = this.program.nodes[ref] as GetNode;
      if (node.module === module && node.port === port && this.values.has(ref))
        flowing = putRows(this.ranges, flowing, node.invoke, this.value(ref));
    }
    return flowing;
  }

  private compute(ref: NodeRef): void {
    const node = this.program.nodes[ref] as Node;
    const type = this.valid.types[ref] as TensorType;
    let value: tf.Tensor;
    try {
      value = this.evaluate(this.narrowed(node, ref), type);
    } catch (error) {
      if (error instanceof InsituError) throw error;
      const text = error instanceof Error ? error.message : String(error);
      throw new RunError(`${describeNode(node)} failed in the run: ${text}`, "Check the values it is given.", {
        node: ref,
      }).at(node.line);
    }
    this.hold(ref, value);
    for (const input of inputsOf(node)) this.release(input);
    if (!sameShape(value.shape, type.shape) || value.dtype !== type.dtype) {
      throw new RunError(
        `${describeNode(node)} made ${value.dtype} [${value.shape}], not the ${type.dtype} [${type.shape}] that was recorded.`,
        "This is a bug in insitu; please report it.",
      ).at(node.line);
    }
  }

  private evaluate(node: Node, type: TensorType): tf.Tensor {
    switch (node.kind) {
      case "op":
        return runOp(
          node.op,
          node.inputs.map((i) => this.value(i)),
          node.attrs ?? {},
          type,
        );
      case "const":
        return tf.keep(fromWireTensor(node));
      case "held":
        return tf.keep(this.model.heldValue(node.id).clone());
      case "param":
        return tf.keep(tf.tidy(() => this.model.parameter(node.module, node.name).clone()));
      case "call":
        return this.call(node);
      default:
        throw new Error(`a ${node.kind} is not computed`);
    }
  }

  /** What reads logits reads them as they were run: of fewer positions, perhaps. */
  private narrowed(node: Node, ref: NodeRef): Node {
    const index = this.narrowing?.indexes.get(ref);
    return index && node.kind === "op" ? { ...node, attrs: { ...node.attrs, index } } : node;
  }

  private call(node: CallNode): tf.Tensor {
    const x = this.value(node.inputs[0] as NodeRef);
    return tf.keep(
      tf.tidy(() => {
        const y = this.model.call(node.module, x);
        return y === x ? x.clone() : y;
      }),
    );
  }

  value(ref: NodeRef): tf.Tensor {
    const value = this.values.get(ref);
    if (!value) {
      const node = this.program.nodes[ref] as Node;
      throw new RunError(
        `${describeNode(node)} is not there when it is needed.`,
        "It passes later in the model than the place that uses it.",
      ).at(node.line);
    }
    return value;
  }

  /** Takes over a value of a node. */
  hold(ref: NodeRef, value: tf.Tensor): void {
    this.values.set(ref, this.tap ? this.tap(ref, value) : value);
  }

  private release(ref: NodeRef): void {
    const left = (this.uses[ref] as number) - 1;
    this.uses[ref] = left;
    if (left > 0) return;
    this.values.get(ref)?.dispose();
    this.values.delete(ref);
  }
}
