import type { Attrs } from "@insitu/program";
import { Layout } from "./layout.ts";

/** Operations that change the value itself, and with it whatever it is a view of. They end in `_`. */
export abstract class InPlace<V, O> extends Layout<V, O> {
  protected abstract inPlace(op: string, others?: readonly O[], attrs?: Attrs): this;

  add_(value: O): this {
    return this.inPlace("add", [value]);
  }
  sub_(value: O): this {
    return this.inPlace("sub", [value]);
  }
  mul_(value: O): this {
    return this.inPlace("mul", [value]);
  }
  div_(value: O): this {
    return this.inPlace("div", [value]);
  }
  pow_(value: O): this {
    return this.inPlace("pow", [value]);
  }
  maximum_(value: O): this {
    return this.inPlace("maximum", [value]);
  }
  minimum_(value: O): this {
    return this.inPlace("minimum", [value]);
  }
  clipByValue_(min: number, max: number): this {
    return this.inPlace("clipByValue", [], { min, max });
  }
  neg_(): this {
    return this.inPlace("neg");
  }
  abs_(): this {
    return this.inPlace("abs");
  }
  relu_(): this {
    return this.inPlace("relu");
  }
  sigmoid_(): this {
    return this.inPlace("sigmoid");
  }
  tanh_(): this {
    return this.inPlace("tanh");
  }
  exp_(): this {
    return this.inPlace("exp");
  }
}
