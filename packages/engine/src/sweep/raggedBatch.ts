import * as tf from "../tf.ts";
import type { BatchLayout } from "./batchLayout.ts";

/**
 * A batch in which copies of the prompt's rows begin late: attention is causal, so a variant is the
 * same as what it is a variant of up to the first position that it edits. Tensors of it are flat,
 * [1, positions of all, …]: the shared rows whole, then each copy's rows from its first position on.
 */
export class RaggedBatch implements BatchLayout {
  /** Where each copy begins in its rows, and in the flat batch; the shared rows are copy 0. */
  private readonly copies = [{ start: 0, offset: 0 }];
  private size: number;

  constructor(
    readonly rows: number,
    readonly tokens: number,
  ) {
    this.size = rows * tokens;
  }

  add(start: number): void {
    this.copies.push({ start, offset: this.size });
    this.size += this.rows * (this.tokens - start);
  }

  /** Whether a value is flat: of rows and positions in one, once there are copies. */
  isFlat(value: tf.Tensor): boolean {
    return this.copies.length > 1 && value.shape[0] === 1 && value.shape[1] === this.size;
  }

  /** With those positions of the shared rows that stand before its own. */
  rowsOf(flat: tf.Tensor, copy: number): tf.Tensor {
    const { start, offset } = this.copies[copy] as { start: number; offset: number };
    const own = span(flat, offset, this.rows * (this.tokens - start));
    const shaped = own.reshape([this.rows, this.tokens - start, ...flat.shape.slice(2)]);
    if (start === 0) return shaped;
    const shared = span(flat, 0, this.rows * this.tokens).reshape([this.rows, this.tokens, ...flat.shape.slice(2)]);
    return tf.concat([span(shared, 0, start), shaped], 1);
  }

  ownOf(rows: tf.Tensor, start: number): tf.Tensor {
    const own = span(rows, start, this.tokens - start);
    return own.reshape([1, this.rows * (this.tokens - start), ...rows.shape.slice(2)]);
  }

  ownOfShared(shared: tf.Tensor, starts: readonly number[]): tf.Tensor {
    const from = starts.flatMap((start) =>
      this.each(start, this.tokens - start, (row, position) => row * this.tokens + position),
    );
    return gathered(shared.reshape([this.rows * this.tokens, ...shared.shape.slice(2)]), from);
  }

  joined(parts: readonly tf.Tensor[]): tf.Tensor {
    return parts.length === 1 ? (parts[0] as tf.Tensor) : tf.concat([...parts], 1);
  }

  partOf(flat: tf.Tensor, copy: number, count: number): tf.Tensor {
    const from = (this.copies[copy] as { offset: number }).offset;
    return span(flat, from, (this.copies[copy + count]?.offset ?? this.size) - from);
  }

  spread(shared: tf.Tensor): tf.Tensor {
    return this.ownOfShared(
      shared,
      this.copies.map(({ start }) => start),
    );
  }

  /** Some positions of every copy's rows, as rows of their own again: [copies × rows, count, …]. */
  pick(flat: tf.Tensor, first: number, count: number): tf.Tensor {
    const from = this.queries(first, count).map(({ at }) => at);
    const picked = gathered(flat.reshape([this.size, ...flat.shape.slice(2)]), from);
    return picked.reshape([this.copies.length * this.rows, count, ...flat.shape.slice(2)]);
  }

  /** Back from `pick` of all positions: what each copy has of its own, flat. */
  flatten(rows: tf.Tensor): tf.Tensor {
    const from = this.copies.flatMap(({ start }, copy) =>
      this.each(start, this.tokens - start, (row, position) => (copy * this.rows + row) * this.tokens + position),
    );
    return gathered(rows.reshape([-1, ...rows.shape.slice(2)]), from);
  }

  /** int32 [queries, 4] for attention, of every position that a copy has of its own. */
  table(): tf.Tensor2D {
    return tableOf(
      this.copies.flatMap((copy) =>
        this.each(copy.start, this.tokens - copy.start, (row, position) => this.query(copy, row, position)),
      ),
    );
  }

  /** The same of some positions of every copy's rows, in the order of `pick`. */
  tableOf(first: number, count: number): tf.Tensor2D {
    return tableOf(this.queries(first, count));
  }

  private queries(first: number, count: number): Query[] {
    return this.copies.flatMap((copy) =>
      this.each(first, count, (row, position) => {
        const own = position >= copy.start ? copy : (this.copies[0] as { start: number; offset: number });
        return this.query(own, row, position);
      }),
    );
  }

  private query({ start, offset }: { start: number; offset: number }, row: number, position: number): Query {
    const at = offset + row * (this.tokens - start) + position - start;
    return { at, position, shared: row * this.tokens, start };
  }

  private each<T>(first: number, count: number, of: (row: number, position: number) => T): T[] {
    return Array.from({ length: this.rows * count }, (_, i) => of(Math.floor(i / count), first + (i % count)));
  }
}

/** A query of attention: it sees the shared row's keys before `start`, and its own copy's from there to itself. */
interface Query {
  /** Its place in the flat batch. */
  at: number;
  position: number;
  /** Where its row's shared positions begin. */
  shared: number;
  /** Where its copy begins. */
  start: number;
}

const tableOf = (queries: readonly Query[]): tf.Tensor2D =>
  tf.tensor2d(
    Int32Array.from(queries.flatMap(({ at, position, shared, start }) => [at, position + 1, shared, start])),
    [queries.length, 4],
    "int32",
  );

/** Positions next to each other. */
function span(value: tf.Tensor, first: number, count: number): tf.Tensor {
  const [rows, tokens, ...rest] = value.shape as [number, number, ...number[]];
  if (first === 0 && count === tokens) return value;
  return tf.slice(value, [0, first, ...rest.map(() => 0)], [rows, count, ...rest]);
}

/** [1, positions, …] of [positions, …]. */
function gathered(value: tf.Tensor, from: readonly number[]): tf.Tensor {
  const ids = tf.tensor1d(Int32Array.from(from), "int32");
  return tf.gather(value, ids).expandDims(0);
}
