/**
 * How the rows of many variants stand in one batch: first those that all share, then a copy of them
 * for each variant that has joined.
 */
import { rowsFrom } from "../rows.ts";
import * as tf from "../tf.ts";

export interface BatchLayout {
  /** Says that a copy has been put behind the others; it differs from the shared rows from position `start` on. */
  add(start: number): void;
  /** The shared rows' value for all copies. */
  spread(shared: tf.Tensor): tf.Tensor;
  /** A copy's rows [rows, tokens, …]; copy 0 are the shared ones. */
  rowsOf(value: tf.Tensor, copy: number): tf.Tensor;
  /** What stands in the batch for some copies in a row. */
  partOf(value: tf.Tensor, copy: number, count: number): tf.Tensor;
  /** What is to stand in the batch for a copy's rows that differ from `start` on. */
  ownOf(rows: tf.Tensor, start: number): tf.Tensor;
  /** The same for several copies that do not differ yet, at once. */
  ownOfShared(shared: tf.Tensor, starts: readonly number[]): tf.Tensor;
  /** Parts one behind the other. */
  joined(parts: readonly tf.Tensor[]): tf.Tensor;
}

/** Whole copies, [copies × rows, tokens, …]. */
export class CopiedBatch implements BatchLayout {
  private copies = 1;

  constructor(private readonly rows: number) {}

  add(): void {
    this.copies++;
  }

  spread(shared: tf.Tensor): tf.Tensor {
    return copies(shared, this.copies);
  }

  rowsOf(value: tf.Tensor, copy: number): tf.Tensor {
    return this.partOf(value, copy, 1);
  }

  partOf(value: tf.Tensor, copy: number, count: number): tf.Tensor {
    const whole = value.shape[0] === count * this.rows;
    return whole ? value : rowsFrom(value, copy * this.rows, count * this.rows);
  }

  ownOf(rows: tf.Tensor): tf.Tensor {
    return rows;
  }

  ownOfShared(shared: tf.Tensor, starts: readonly number[]): tf.Tensor {
    return copies(shared, starts.length);
  }

  joined(parts: readonly tf.Tensor[]): tf.Tensor {
    return parts.length === 1 ? (parts[0] as tf.Tensor) : tf.concat([...parts]);
  }
}

const copies = (value: tf.Tensor, count: number): tf.Tensor =>
  count === 1 ? value : tf.tile(value, [count, ...value.shape.slice(1).map(() => 1)]);
