/**
 * Gradients of a loss. The forward pass runs once more, on tfjs's tape, with an identity at every value
 * whose gradient is wanted: what the tape hands it on the way back is the gradient, and what it returns
 * flows on, so that gradients can be edited in flight.
 */
import {
  GradientError,
  InsituError,
  type Node,
  type NodeRef,
  type SpecIndex,
  type TraceProgram,
  type ValidProgram,
} from "@insitu/program";
import { Execution, type ModelAccess, PASS_DONE } from "./execution.ts";
import { backwardStage, type Plan, planBackward } from "./plan.ts";
import type { Prepared } from "./runnable.ts";
import * as tf from "./tf.ts";

export interface BackwardRequest {
  program: TraceProgram;
  valid: ValidProgram;
  plan: Plan;
  index: SpecIndex;
  access: ModelAccess;
  prepared: Prepared;
}

/** Runs every backward pass that is needed, and leaves its gradients with the forward execution. */
export function runBackwards(request: BackwardRequest, forward: Execution): void {
  for (const backward of request.plan.backwards) {
    runBackward(request, backward, forward);
    forward.afterBackward(backwardStage(request.program, backward));
  }
}

function runBackward(request: BackwardRequest, backward: number, forward: Execution): void {
  const { program, valid, index, access } = request;
  const gradients = new Gradients(program, backward, forward);
  const { loss, line } = (program.backwards ?? [])[backward] as { loss: NodeRef; line?: string };
  const plan = planBackward(program, index, valid, gradients.wanted, loss);
  const execution = new Execution(program, valid, plan, access);
  const anchor = tf.scalar(0);
  try {
    execution.tap = (ref, value) => gradients.tap(ref, value, anchor);
    const pass = tf.valueAndGrad((on: tf.Tensor) => {
      gradients.anchor = on;
      execution.start();
      passForward(request, plan, execution);
      return execution.value(loss).reshape([]);
    });
    tf.tidy(() => {
      pass(anchor);
    });
    gradients.checkAll();
  } catch (error) {
    clearTape();
    throw explained(error, line);
  } finally {
    anchor.dispose();
    execution.dispose();
  }
}

/** tfjs frees what its tape has saved at the end of a pass, but not when the pass fails. */
function clearTape(): void {
  const { state } = tf.engine() as unknown as {
    state: { activeTape: { saved?: tf.Tensor[] }[] | null; gradientDepth: number };
  };
  for (const { saved } of state.activeTape ?? []) for (const tensor of saved ?? []) tensor.dispose();
  state.activeTape = null;
  state.gradientDepth = 0;
}

function passForward({ prepared }: BackwardRequest, plan: Plan, hooks: Execution): void {
  if (plan.lastStage < 0) return;
  try {
    tf.tidy(() => prepared.pass(hooks));
  } catch (error) {
    if (error !== PASS_DONE) throw error;
  }
}

/** The gradients that one backward pass is asked for. */
class Gradients {
  /** Values whose gradients are read or edited. */
  readonly wanted: NodeRef[];
  /** What every tapped value is made to depend on: the tape keeps only what leads from it to the loss. */
  anchor: tf.Tensor | undefined;
  private readonly reads = new Map<NodeRef, NodeRef[]>();
  private readonly edits = new Map<NodeRef, NodeRef>();
  private readonly reached = new Set<NodeRef>();

  constructor(
    private readonly program: TraceProgram,
    backward: number,
    /** Holds the gradients, and the values that edits of them are made of. */
    private readonly forward: Execution,
  ) {
    program.nodes.forEach((node, ref) => {
      if (node.kind === "grad" && node.backward === backward)
        this.reads.set(node.of, [...(this.reads.get(node.of) ?? []), ref]);
      if (node.kind === "setGrad" && node.backward === backward) this.edits.set(node.of, node.value);
    });
    this.wanted = [...new Set([...this.reads.keys(), ...this.edits.keys()])];
  }

  /** The value on the tape, where its gradient is wanted. Takes over `value`. */
  tap(ref: NodeRef, value: tf.Tensor, fallback: tf.Tensor): tf.Tensor {
    if (!this.reads.has(ref) && !this.edits.has(ref)) return value;
    const identity = tf.customGrad(((x: tf.Tensor, _anchor: tf.Tensor) => ({
      value: x.clone(),
      gradFunc: (dy: tf.Tensor) => [this.receive(ref, dy), tf.scalar(0)],
    })) as never);
    const tapped = tf.keep(identity(value, this.anchor ?? fallback));
    value.dispose();
    return tapped;
  }

  /** @throws GradientError for a value that the loss does not depend on. */
  checkAll(): void {
    const missed = this.wanted.find((ref) => !this.reached.has(ref));
    if (missed === undefined) return;
    throw independent(this.lineOf(missed));
  }

  private receive(ref: NodeRef, dy: tf.Tensor): tf.Tensor {
    this.reached.add(ref);
    for (const read of this.reads.get(ref) ?? []) this.forward.hold(read, tf.keep(dy.clone()));
    const edit = this.edits.get(ref);
    return edit === undefined ? dy : this.forward.pull(edit).clone();
  }

  private lineOf(ref: NodeRef): string | undefined {
    const node = this.program.nodes[this.reads.get(ref)?.[0] ?? ref] as Node;
    return node.line;
  }
}

function independent(line: string | undefined): GradientError {
  return new GradientError(
    "A gradient was asked for of a value that the loss does not depend on.",
    "Take it of something upstream of the loss; a returned attention pattern, for one, leads nowhere (use source.pattern).",
  ).at(line);
}

function explained(error: unknown, line: string | undefined): unknown {
  if (error instanceof InsituError) return error;
  const text = error instanceof Error ? error.message : String(error);
  if (/Cannot compute gradient of y=f\(x\)/.test(text)) return independent(line);
  const kernel = /gradient function not found for (\w+)/.exec(text)?.[1];
  if (kernel) {
    return new GradientError(
      `The loss is made through ${kernel}, which has no gradient.`,
      "Leave it out of the way from the value to the loss, or .detach() what goes into it.",
      { kernel },
    ).at(line);
  }
  return error;
}
