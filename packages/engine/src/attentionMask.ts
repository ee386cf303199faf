import { causalMask } from "./kernels/causalMask.ts";
import * as tf from "./tf.ts";

/**
 * What a query may attend to: every key not after it that counts. Holds one row of counts a row of
 * the prompt; a batch of several copies of the prompt's rows goes by the same.
 */
export class AttentionMask {
  private made: { rows: number; mask: tf.Tensor } | undefined;

  constructor(
    /** int32 [rows, keys or more]: 1 where a position counts. Not this object's to dispose. */
    readonly counts: tf.Tensor,
    /** Positions before the first query. */
    readonly past: number,
    /** Queries. */
    readonly tokens: number,
  ) {}

  get keys(): number {
    return this.past + this.tokens;
  }

  /** Bool [rows, 1, tokens, keys], made once; dispose this object when the pass is over. */
  whole(rows: number): tf.Tensor {
    if (this.made?.rows !== rows) {
      this.dispose();
      this.made = { rows, mask: tf.keep(causalMask(this.counts, rows, this.past, this.tokens)) };
    }
    return this.made.mask;
  }

  dispose(): void {
    this.made?.mask.dispose();
    this.made = undefined;
  }
}
