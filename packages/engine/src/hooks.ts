import type { Span } from "./narrow.ts";
import type { RaggedBatch } from "./sweep/raggedBatch.ts";
import type * as tf from "./tf.ts";

/**
 * The registry that every value of a forward pass goes by. Where nothing is tapped a module is told so
 * by `taps`, and runs as if nobody looked; a module called on values outside the pass has no hooks.
 */
export interface Hooks {
  /** A value passes a site; what is returned flows on. */
  visit(module: string, port: string, value: tf.Tensor): tf.Tensor;
  /**
   * Whether any of these ports of the module (any at all, where none are named) is read or replaced in
   * this pass, or the module left out: what nobody taps may be fused away.
   */
  taps(module: string, ...ports: readonly string[]): boolean;
  /** The only positions whose logits are needed in this pass; undefined where all are. */
  readonly logits?: Span | undefined;
  /** How the batch is laid out, where it is ragged by now: values are flat then. */
  readonly ragged?: RaggedBatch | undefined;
  /** What stands for the output of a module that does not run; undefined where it does. */
  skipped(module: string): tf.Tensor | undefined;
  /** Several values that exist at the same moment: all are read before any is replaced. */
  visitGroup(module: string, ports: readonly string[], values: readonly tf.Tensor[]): tf.Tensor[];
}
