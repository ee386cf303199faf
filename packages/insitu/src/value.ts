/** A value of the run to come: what the body computes with, before there are any numbers. */
import {
  type Attrs,
  broadcastsTo,
  type DType,
  formatShape,
  GradientError,
  type NodeRef,
  NotSavedError,
  OutsideTraceError,
  resolveIndex,
  ShapeMismatchError,
  SliceError,
  tryBroadcast,
  ValueUseError,
} from "@insitu/program";
import { callSite } from "./callSite.ts";
import { type Cell, Storage, ViewCell } from "./cell.ts";
import { BackwardPass, runningBackward, withinBackward } from "./gradients.ts";
import { Held } from "./held.ts";
import { toTerms, unmasked } from "./indexTerms.ts";
import { type ConstantLike, toConstant } from "./operand.ts";
import { InPlace } from "./operations/inPlace.ts";
import type { Kept, Recorder, Retained } from "./recorder.ts";
import type { Tensor } from "./tensor.ts";

/** What an operation takes beside its own value: a recorded value, or a constant of the user's own. */
export type Operand = Value | Held | ConstantLike;

/** One term of an index: a number, Python's slice text, null (a new axis), a list, a mask, or a value. */
export type Index = number | string | null | readonly number[] | readonly boolean[] | Value;

export class Value extends InPlace<Value, Operand> implements Kept, Retained {
  private retained: Value | undefined;
  private saved: { tensor?: Tensor; missed?: boolean } | undefined;

  /** Values are made by modules, operations and insitu's functions, not by `new`. */
  constructor(readonly cell: Cell) {
    super();
  }

  /** Known while recording. */
  get shape(): readonly number[] {
    return this.cell.type.shape;
  }

  get dtype(): DType {
    return this.cell.type.dtype;
  }

  get rank(): number {
    return this.shape.length;
  }

  get size(): number {
    return this.shape.reduce((n, d) => n * d, 1);
  }

  /**
   * What an index selects, by torch's rules: numbers, Python's slice text (`":, -1"`, `"::2"`,
   * `"..."`), lists, null for a new axis, bool masks and int32 values. Edits of it (`set`, `add_` …)
   * write through to the value it was taken of.
   * @throws SliceError
   */
  at(...index: Index[]): Value {
    const { recorder } = this.cell;
    return recorder.enter(() => {
      const operands: Value[] = [];
      const terms = index.flatMap((term) => toTerms(term, operands, (x) => x instanceof Value));
      const types = operands.map((v) => v.cell.type);
      const { shape } = resolveIndex(terms, this.shape, types);
      const refs = operands.map((v) => v.ref(recorder));
      const type = { shape, dtype: this.dtype };
      return new Value(
        new ViewCell(
          this.cell,
          terms,
          refs,
          type,
          unmasked(
            terms,
            types.map((t) => t.shape.length),
          ),
        ),
      );
    });
  }

  /** Keeps the value: when the trace is done, `.value` and what the body returned hold its numbers. */
  save(): this {
    this.cell.recorder.enter(() => {
      this.cell.touch();
      if (!this.saved) {
        this.saved = {};
        this.cell.recorder.toSave.push(this);
      }
    });
    return this;
  }

  /**
   * Leaves the value on the device until the session ends: later traces of the session take it as an
   * operand. @throws OutsideTraceError outside `model.session`.
   */
  hold(): Held {
    const { recorder } = this.cell;
    return recorder.enter(() => {
      if (!recorder.session) {
        throw new OutsideTraceError(
          "hold() was called outside a session.",
          "Trace inside model.session(async () => { … }), or save().",
        );
      }
      this.cell.touch();
      const held = recorder.session.hold(this.shape, this.dtype);
      recorder.toHold.push({ value: this, id: held.id });
      return held;
    });
  }

  /** The saved numbers, once the trace is done. @throws NotSavedError before, and without `save()`. */
  get value(): Tensor {
    if (this.saved?.tensor) return this.saved.tensor;
    if (this.saved?.missed) {
      throw new NotSavedError(
        "The generation ended before the step that makes this value.",
        "Arrays of saved values are as long as the steps made.",
      ).at(callSite());
    }
    throw new NotSavedError(
      this.saved ? "The value of a trace that has not finished was read." : "The value was not saved.",
      this.saved ? "Await the trace first." : "Call .save() on it inside the trace.",
    ).at(callSite());
  }

  /**
   * The gradient of the loss with respect to this value: in the body of `loss.backward(body)`, to read
   * and to edit; after a trace with `retainGrad()`, its saved numbers as `.grad.value`. float32, of this
   * shape. @throws GradientError elsewhere, and for values that have none.
   */
  get grad(): Value {
    if (this.retained) return this.retained;
    const pass = runningBackward();
    return this.cell.recorder.enter(() => new Value(pass.at(this.graded())));
  }
  set grad(value: Operand) {
    const pass = runningBackward();
    const { recorder } = this.cell;
    recorder.enter(() => {
      const ref = operandRef(recorder, value, "float32");
      const { shape, dtype } = recorder.typeOf(ref);
      if (formatShape(shape) !== formatShape(this.shape) || dtype !== "float32") {
        throw new ShapeMismatchError(
          `The gradient of a value of shape ${formatShape(this.shape)} was assigned ${dtype} ${formatShape(shape)}.`,
          "It has the value's own shape, and is float32.",
        );
      }
      pass.replace(this.graded(), ref);
    });
  }

  /** Keeps the gradient that the next `backward()` without a body finds: `.grad.value` after the trace. */
  retainGrad(): this {
    this.cell.recorder.enter(() => {
      this.graded();
      this.cell.recorder.retained.push(this);
    });
    return this;
  }

  /**
   * A backward pass from this value, one float32 number. In `body` each value's `.grad` can be read,
   * in any order, and edited: the edit flows further back. Several passes are independent of each other.
   * @throws ArgumentError, GradientError, OrderError
   */
  backward<T = void>(body?: () => T): T {
    const { recorder } = this.cell;
    const pass = recorder.enter(() => BackwardPass.of(recorder, this.cell.node("read")));
    if (body) return withinBackward(pass, body);
    withinBackward(pass, () => {
      for (const value of recorder.retained.splice(0)) value.keepGrad();
    });
    return undefined as T;
  }

  /** Saves the gradient of the pass that is running as this value's own. */
  keepGrad(): void {
    this.retained = this.grad.save();
  }

  /** The node whose gradient is meant: as it stands now, edits in place included. */
  private graded(): NodeRef {
    if (this.cell instanceof ViewCell) {
      throw new GradientError(
        "The gradient of a slice was asked for.",
        "Slice the whole value's gradient: x.grad.at(…).",
      );
    }
    if (this.dtype !== "float32")
      throw new GradientError(`A ${this.dtype} value has no gradient.`, "Only float32 values have one.");
    return this.cell.node("read");
  }

  /** Replaces the numbers in place by a value that broadcasts to the shape. @throws ShapeMismatchError */
  set(value: Operand): void {
    this.cell.recorder.enter(() => this.write(operandRef(this.cell.recorder, value, this.dtype)));
  }

  /** A module's value is its own first element, as in nnsight's older `output[0]`. */
  get 0(): Value {
    return this.first();
  }
  set 0(value: Operand) {
    this.replaceFirst(value);
  }

  /** The node that holds this value, in a program that `recorder` records. */
  ref(recorder: Recorder): NodeRef {
    if (this.cell.recorder !== recorder) {
      throw new ValueUseError("A value of another trace was used.", "Use its .value, which goes in as a constant.");
    }
    return this.cell.node("read");
  }

  /** The node to save, once the body has ended: later edits in place show in it. */
  finalNode(): NodeRef {
    return this.cell.node("read");
  }

  /** Called when the run is done. */
  resolve(tensor: Tensor | undefined): void {
    this.saved = tensor ? { tensor } : { missed: true };
  }

  /** Whether the trace is done and made it; a step that a generation never reached makes nothing. */
  get isResolved(): boolean {
    return this.saved?.tensor !== undefined;
  }

  get isSaved(): boolean {
    return this.saved !== undefined;
  }

  /** @throws ValueUseError: the numbers are not known while the body is recorded. */
  [Symbol.toPrimitive](hint: string): never {
    throw new ValueUseError(
      `A recorded value of shape ${formatShape(this.shape)} was used as a JavaScript ${hint === "default" ? "number or string" : hint}.`,
      "Its numbers are known only in the run: use methods (.add, .greater), where, tracer.cond; or save it, and .value after the trace.",
    ).at(callSite());
  }

  [Symbol.iterator](): never {
    throw new ValueUseError("A recorded value was iterated.", "Loop over its .shape and take .at(i).").at(callSite());
  }

  toJSON(): never {
    return this[Symbol.toPrimitive]("string");
  }

  protected first(): Value {
    throw new SliceError("[0] of a computed value.", "Index tensors with .at(0).").at(callSite());
  }

  protected replaceFirst(_value: Operand): void {
    this.first();
  }

  protected override record(op: string, others: readonly unknown[], attrs?: Attrs): Value {
    const { recorder } = this.cell;
    return recorder.enter(() => {
      const refs = others.map((o) => operandRef(recorder, o as Operand, this.dtype));
      return asValue(recorder, recorder.op(op, [this.cell.node("read"), ...refs], attrs));
    });
  }

  protected override inPlace(op: string, others: readonly Operand[] = [], attrs?: Attrs): this {
    const { recorder } = this.cell;
    recorder.enter(() => {
      const refs = others.map((o) => operandRef(recorder, o, this.dtype));
      this.write(recorder.op(op, [this.cell.node("edit"), ...refs], attrs));
    });
    return this;
  }

  /** Brings a node to this value's own shape and dtype, and makes it the value. */
  private write(ref: NodeRef): void {
    if (this.size === 0) return;
    const { recorder, type } = this.cell;
    const from = recorder.typeOf(ref);
    if (!broadcastsTo(from.shape, type.shape)) {
      throw new ShapeMismatchError(
        `A value of shape ${formatShape(from.shape)} does not fit a place of shape ${formatShape(type.shape)}.`,
        tryBroadcast(from.shape, type.shape)
          ? "It would make the place larger; slice it first."
          : "Give a number, or a value that broadcasts to that shape.",
        { value: [...from.shape], place: [...type.shape] },
      );
    }
    const cast = from.dtype === type.dtype ? ref : recorder.op("cast", [ref], { dtype: type.dtype });
    const view = this.cell instanceof ViewCell;
    const whole = view || formatShape(from.shape) === formatShape(type.shape);
    this.cell.write(whole ? cast : recorder.op("broadcastTo", [cast], { shape: [...type.shape] }));
  }
}

/** A value for a node just recorded. */
export function asValue(recorder: Recorder, ref: NodeRef): Value {
  return new Value(new Storage(recorder, recorder.typeOf(ref), () => ref));
}

/** The node of an operand; constants take the dtype of what they meet where they fit it. */
export function operandRef(recorder: Recorder, operand: Operand, like?: DType): NodeRef {
  if (operand instanceof Value) return operand.ref(recorder);
  if (operand instanceof Held) return recorder.held(operand.node());
  const { data, type } = toConstant(operand, like);
  return recorder.constant(data, type);
}
