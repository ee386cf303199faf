import {
  ArgumentError,
  type DType,
  formatShape,
  parseSliceText,
  resolveIndex,
  sizeOf,
  type TensorData,
} from "@insitu/program";

/** Numbers nested as deep as a tensor has dimensions. */
export type NestedNumbers = number | NestedNumbers[];

/**
 * A saved value, on the main thread: plain numbers, row-major. bool values are 0 and 1 in a
 * Uint8Array.
 */
export class Tensor {
  constructor(
    readonly shape: readonly number[],
    readonly dtype: DType,
    readonly data: TensorData,
  ) {}

  /** Itself: nnsight's `.value`. */
  get value(): this {
    return this;
  }

  get size(): number {
    return this.data.length;
  }

  get rank(): number {
    return this.shape.length;
  }

  /** The one number of a tensor that has one. @throws ArgumentError otherwise. */
  item(): number {
    if (this.data.length !== 1) {
      throw new ArgumentError(`item() of a tensor of shape ${formatShape(this.shape)}.`, "Index it with .at(…) first.");
    }
    return this.data[0] as number;
  }

  /** Nested arrays of numbers. */
  array(): NestedNumbers {
    const build = (axis: number, offset: number, size: number): NestedNumbers => {
      if (axis === this.shape.length) return this.data[offset] as number;
      const step = size / (this.shape[axis] as number);
      return Array.from({ length: this.shape[axis] as number }, (_, i) => build(axis + 1, offset + i * step, step));
    };
    return build(0, 0, this.data.length);
  }

  /**
   * What an index selects, as `.at` in a trace: numbers, Python's slice text, lists.
   * @throws SliceError
   */
  at(...index: (number | string | null | readonly number[])[]): Tensor {
    const terms = index.flatMap((term) =>
      typeof term === "string" ? parseSliceText(term) : Array.isArray(term) ? [[...term]] : [term as number | null],
    );
    const { picks, listAt, shape } = resolveIndex(terms, this.shape, []);
    const strides = this.shape.map((_, i) => sizeOf(this.shape.slice(i + 1)));
    /** The offsets that each dimension of the result, without new axes, adds. */
    const ranges: number[][] = [];
    let base = 0;
    let list: number[] | undefined;
    picks.forEach((pick, axis) => {
      const stride = strides[axis] as number;
      if (pick.kind === "point") base += pick.index * stride;
      else if (pick.kind === "range")
        ranges.push(Array.from({ length: pick.count }, (_, i) => (pick.start + i * pick.step) * stride));
      else list = pick.indices.map((i, n) => i * stride + (list?.[n] ?? 0));
    });
    if (list) ranges.splice(listAt, 0, list);
    const offsets = ranges.reduce<number[]>((all, range) => all.flatMap((o) => range.map((r) => o + r)), [base]);
    const data = new (this.data.constructor as new (length: number) => TensorData)(offsets.length);
    offsets.forEach((o, i) => {
      data[i] = this.data[o] as number;
    });
    return new Tensor(shape, this.dtype, data);
  }

  toString(): string {
    const head = Array.from(this.data.subarray(0, 6), (x) =>
      this.dtype === "float32" ? Number(x.toPrecision(5)) : x,
    ).join(", ");
    return `Tensor(${this.dtype} ${formatShape(this.shape)}: ${head}${this.data.length > 6 ? ", …" : ""})`;
  }
}
