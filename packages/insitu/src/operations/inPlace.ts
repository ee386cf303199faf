import type { Attrs } from "@insitu/program";
import { defineMethod } from "./defineMethod.ts";
import { Layout } from "./layout.ts";

/** Operations that change the value itself, and with it whatever it is a view of. They end in `_`. */
// biome-ignore lint/correctness/noUnusedVariables: both declarations must name the same parameters.
export interface InPlace<V, O> {
  add_(value: O): this;
  sub_(value: O): this;
  mul_(value: O): this;
  div_(value: O): this;
  pow_(value: O): this;
  maximum_(value: O): this;
  minimum_(value: O): this;
  neg_(): this;
  abs_(): this;
  relu_(): this;
  sigmoid_(): this;
  tanh_(): this;
  exp_(): this;
}

// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the interface's methods are made below.
export abstract class InPlace<V, O> extends Layout<V, O> {
  protected abstract inPlace(op: string, others?: readonly O[], attrs?: Attrs): this;

  clipByValue_(min: number, max: number): this {
    return this.inPlace("clipByValue", [], { min, max });
  }
}

for (const op of "add sub mul div pow maximum minimum neg abs relu sigmoid tanh exp".split(" "))
  defineMethod(InPlace.prototype, `${op}_`, function (...others: never[]) {
    return this.inPlace(op, others);
  });
