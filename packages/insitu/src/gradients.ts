/** Backward passes, as a body records them. */
import { ArgumentError, formatShape, GradientError, type NodeRef, OrderError, sizeOf } from "@insitu/program";
import { callSite } from "./callSite.ts";
import { type Flow, Storage } from "./cell.ts";
import { isLater } from "./moment.ts";
import type { Recorder } from "./recorder.ts";

/** The gradients of one backward pass: a tensor for each value, editable in flight. */
export class BackwardPass {
  private readonly tensors = new Map<NodeRef, Storage>();
  private furthest: { of: NodeRef; line: string | undefined } | undefined;

  private constructor(
    private readonly recorder: Recorder,
    private readonly backward: number,
  ) {}

  /** @throws ArgumentError where there can be no gradients, or the loss is not one number. */
  static of(recorder: Recorder, loss: NodeRef): BackwardPass {
    const { shape, dtype } = recorder.typeOf(loss);
    if (recorder.generation) {
      throw new ArgumentError("backward() was called in a generation.", "Take gradients in a trace.");
    }
    if (dtype !== "float32" || sizeOf(shape) !== 1) {
      throw new ArgumentError(
        `backward() of a ${dtype} value of shape ${formatShape(shape)}.`,
        "A loss is one float32 number: use .sum() or .mean().",
        { shape: [...shape] },
      );
    }
    if (recorder.isGradient(loss)) throw second();
    return new BackwardPass(recorder, recorder.backward(loss));
  }

  /** The gradient with respect to a node's value. @throws GradientError for values that have none. */
  at(of: NodeRef): Storage {
    const { recorder, backward } = this;
    const known = this.tensors.get(of);
    if (known) return known;
    const type = recorder.typeOf(of);
    if (type.dtype !== "float32")
      throw new GradientError(`A ${type.dtype} value has no gradient.`, "Only float32 values have one.");
    if (recorder.isGradient(of)) throw second();
    if (!recorder.latest[of]) {
      throw new GradientError(
        "A gradient was asked for of a parameter or a constant.",
        "Take that of the module's output, or input.",
      );
    }
    const storage = new Storage(recorder, type, () => recorder.grad(backward, of));
    const flow: Flow = {
      holds: () => this.tensors.get(of) === storage,
      noteRead: () => this.noteRead(of),
      set: (_, node) => this.set(of, node),
    };
    storage.flowsAt(flow, PLACE);
    this.tensors.set(of, storage);
    return storage;
  }

  /** Replaces what flows further back. @throws OrderError */
  replace(of: NodeRef, node: NodeRef): void {
    const { recorder } = this;
    this.set(of, node);
    this.tensors.set(of, new Storage(recorder, recorder.typeOf(node), () => node));
  }

  private set(of: NodeRef, node: NodeRef): void {
    const { furthest, recorder } = this;
    const here = recorder.latest[of];
    const there = furthest && recorder.latest[furthest.of];
    if (furthest && here && there && isLater(here, there)) {
      throw new OrderError(
        `A gradient is edited after one further back was read${furthest.line ? ` (${furthest.line})` : ""}.`,
        "Gradients flow from the loss back: put the edit before that read.",
      );
    }
    recorder.setGrad(this.backward, of, node);
  }

  private noteRead(of: NodeRef): void {
    const { recorder, furthest } = this;
    const [here, there] = [recorder.latest[of], furthest && recorder.latest[furthest.of]];
    if (!furthest || (here && there && isLater(there, here))) this.furthest = { of, line: recorder.line };
  }
}

function second(): GradientError {
  return new GradientError("A gradient of a gradient was asked for.", "There are first gradients only.");
}

/** The pass whose body is running. */
let running: BackwardPass | undefined;

/** @throws GradientError outside a backward pass's body. */
export function runningBackward(): BackwardPass {
  if (running) return running;
  throw new GradientError(
    ".grad was used outside a backward pass.",
    "Use it in loss.backward(() => { … }), or call retainGrad() before, and read .grad after the trace.",
  ).at(callSite());
}

/** Runs a backward pass's body. */
export function withinBackward<T>(pass: BackwardPass, body: () => T): T {
  const before = running;
  running = pass;
  try {
    return body();
  } finally {
    running = before;
  }
}

/** A gradient flows at no place of the model; cells want one all the same. */
const PLACE = { module: "", port: "grad", shape: [], dtype: "float32", stage: 0 } as const;
