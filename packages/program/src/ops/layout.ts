import { promote, type TensorType } from "../dtype.ts";
import { ArgumentError, ShapeMismatchError } from "../errors.ts";
import { broadcastsTo, formatShape, sameShape, sizeOf } from "../shape.ts";
import { axesOf, axisOf, type OpTable } from "./rule.ts";

const at = (inputs: readonly TensorType[], i: number): TensorType => inputs[i] as TensorType;

/** Shapes, order and joins. */
export const layout: OpTable = {
  /** The same elements in another shape; one dimension may be -1. */
  reshape: {
    inputs: [1, 1],
    attrs: { shape: "ints!" },
    infer: (inputs, attrs) => {
      const { shape, dtype } = at(inputs, 0);
      return { shape: fillIn(attrs["shape"] as number[], shape), dtype };
    },
  },
  /** Dimensions reordered: `perm` lists them, reversed unless set. */
  transpose: {
    inputs: [1, 1],
    attrs: { perm: "ints" },
    infer: (inputs, attrs) => {
      const { shape, dtype } = at(inputs, 0);
      const perm = ((attrs["perm"] as number[] | undefined) ?? shape.map((_, i) => shape.length - 1 - i)).map((p) =>
        axisOf("transpose", p, shape.length),
      );
      if (perm.length !== shape.length || new Set(perm).size !== shape.length) {
        throw new ArgumentError(
          `transpose: perm ${formatShape(perm)} does not list each of ${shape.length} dimensions once.`,
          "List every dimension, such as [0, 2, 1].",
        );
      }
      return { shape: perm.map((p) => shape[p] as number), dtype };
    },
  },
  /** A dimension of 1 put in at `axis` (0 unless set). */
  expandDims: {
    inputs: [1, 1],
    attrs: { axis: "int" },
    infer: (inputs, attrs) => {
      const { shape, dtype } = at(inputs, 0);
      const axis = axisOf("expandDims", (attrs["axis"] as number | undefined) ?? 0, shape.length + 1);
      return { shape: [...shape.slice(0, axis), 1, ...shape.slice(axis)], dtype };
    },
  },
  /** Dimensions of 1 taken out: those of `axis`, or all. */
  squeeze: {
    inputs: [1, 1],
    attrs: { axis: "axes" },
    infer: (inputs, attrs) => {
      const { shape, dtype } = at(inputs, 0);
      if (attrs["axis"] === undefined) return { shape: shape.filter((d) => d !== 1), dtype };
      const axes = axesOf("squeeze", attrs, shape.length);
      const wrong = axes.find((a) => shape[a] !== 1);
      if (wrong !== undefined) {
        throw new ShapeMismatchError(
          `squeeze: dimension ${wrong} of ${formatShape(shape)} is not 1.`,
          "Only dimensions of 1 can go.",
        );
      }
      return { shape: shape.filter((_, i) => !axes.includes(i)), dtype };
    },
  },
  /** Repeated along dimensions of 1, or new leading ones, to `shape`. */
  broadcastTo: {
    inputs: [1, 1],
    attrs: { shape: "ints!" },
    infer: (inputs, attrs) => {
      const { shape, dtype } = at(inputs, 0);
      const to = attrs["shape"] as number[];
      if (!broadcastsTo(shape, to)) {
        throw new ShapeMismatchError(
          `broadcastTo: ${formatShape(shape)} does not broadcast to ${formatShape(to)}.`,
          "Only dimensions of 1 can grow.",
        );
      }
      return { shape: to, dtype };
    },
  },
  /** Repeated `reps` times along each dimension. */
  tile: {
    inputs: [1, 1],
    attrs: { reps: "ints!" },
    infer: (inputs, attrs) => {
      const { shape, dtype } = at(inputs, 0);
      const reps = attrs["reps"] as number[];
      if (reps.length !== shape.length || reps.some((r) => r < 1)) {
        throw new ArgumentError(
          `tile: reps ${formatShape(reps)} for a value of shape ${formatShape(shape)}.`,
          "Give one count of at least 1 a dimension.",
        );
      }
      return { shape: shape.map((d, i) => d * (reps[i] as number)), dtype };
    },
  },
  /** Constants put around: `paddings` is before, after of each dimension in one flat array. */
  pad: {
    inputs: [1, 1],
    attrs: { paddings: "ints!", value: "number" },
    infer: (inputs, attrs) => {
      const { shape, dtype } = at(inputs, 0);
      const p = attrs["paddings"] as number[];
      if (p.length !== 2 * shape.length || p.some((n) => n < 0)) {
        throw new ArgumentError(
          `pad: ${p.length} paddings for ${shape.length} dimensions.`,
          "Give two counts a dimension, none negative.",
        );
      }
      return { shape: shape.map((d, i) => d + (p[2 * i] as number) + (p[2 * i + 1] as number)), dtype };
    },
  },
  /** Back to front along `axis` (all unless set). */
  reverse: {
    inputs: [1, 1],
    attrs: { axis: "axes" },
    infer: (inputs, attrs) => {
      axesOf("reverse", attrs, at(inputs, 0).shape.length);
      return at(inputs, 0);
    },
  },
  /** Joined along `axis` (0 unless set). */
  concat: {
    inputs: [1, 256],
    attrs: { axis: "int" },
    infer: (inputs, attrs) => {
      const { shape } = at(inputs, 0);
      const axis = axisOf("concat", (attrs["axis"] as number | undefined) ?? 0, shape.length);
      const fits = (s: readonly number[]) =>
        s.length === shape.length && s.every((d, i) => i === axis || d === shape[i]);
      joinable("concat", inputs, fits, `apart from dimension ${axis}`);
      const total = inputs.reduce((n, x) => n + (x.shape[axis] as number), 0);
      return { shape: shape.map((d, i) => (i === axis ? total : d)), dtype: joined(inputs) };
    },
  },
  /** Joined along a new dimension at `axis` (0 unless set). */
  stack: {
    inputs: [1, 256],
    attrs: { axis: "int" },
    infer: (inputs, attrs) => {
      const { shape } = at(inputs, 0);
      const axis = axisOf("stack", (attrs["axis"] as number | undefined) ?? 0, shape.length + 1);
      joinable("stack", inputs, (s) => sameShape(s, shape), "altogether");
      return { shape: [...shape.slice(0, axis), inputs.length, ...shape.slice(axis)], dtype: joined(inputs) };
    },
  },
  /** Entries of `axis` (0 unless set) picked by an int32 value; indices are held within range. */
  gather: {
    inputs: [2, 2],
    attrs: { axis: "int" },
    infer: (inputs, attrs) => {
      const [x, ids] = [at(inputs, 0), at(inputs, 1)];
      needInt("gather", ids);
      const axis = axisOf("gather", (attrs["axis"] as number | undefined) ?? 0, x.shape.length);
      return { shape: [...x.shape.slice(0, axis), ...ids.shape, ...x.shape.slice(axis + 1)], dtype: x.dtype };
    },
  },
  /** One entry of the last axis for each row: x [..., n], ids int32 [...], result [...]. The log-probability of each next token, say. */
  takeAlongAxis: {
    inputs: [2, 2],
    attrs: {},
    infer: (inputs) => {
      const [x, ids] = [at(inputs, 0), at(inputs, 1)];
      needInt("takeAlongAxis", ids);
      if (x.shape.length === 0 || !sameShape(x.shape.slice(0, -1), ids.shape)) {
        throw new ShapeMismatchError(
          `takeAlongAxis: ids ${formatShape(ids.shape)} for a value of shape ${formatShape(x.shape)}.`,
          "ids has the value's shape without its last dimension.",
        );
      }
      return { shape: ids.shape, dtype: x.dtype };
    },
  },
  /** 1 at each id, 0 elsewhere, along a new last dimension of `depth`. float32. */
  oneHot: {
    inputs: [1, 1],
    attrs: { depth: "int!" },
    infer: (inputs, attrs) => {
      needInt("oneHot", at(inputs, 0));
      const depth = attrs["depth"] as number;
      if (depth < 1) throw new ArgumentError(`oneHot: depth is ${depth}.`, "It is the number of classes.");
      return { shape: [...at(inputs, 0).shape, depth], dtype: "float32" };
    },
  },
  /** The last two dimensions with all but a band of diagonals set to 0; -1 keeps the whole triangle. */
  bandPart: {
    inputs: [1, 1],
    attrs: { numLower: "int!", numUpper: "int!" },
    infer: (inputs) => {
      if (at(inputs, 0).shape.length < 2)
        throw new ShapeMismatchError("bandPart needs two dimensions.", "Pass a matrix.");
      return at(inputs, 0);
    },
  },
};

function fillIn(shape: readonly number[], from: readonly number[]): number[] {
  const size = sizeOf(from);
  const open = shape.filter((d) => d === -1).length;
  const known = shape.reduce((n, d) => (d === -1 ? n : n * d), 1);
  const bad =
    open > 1 || shape.some((d) => d < -1) || (open === 1 ? known === 0 || size % known !== 0 : known !== size);
  if (bad) {
    throw new ShapeMismatchError(
      `reshape: ${formatShape(from)} (${size} elements) cannot become ${formatShape(shape)}.`,
      "The number of elements must stay; one dimension may be -1.",
    );
  }
  return shape.map((d) => (d === -1 ? size / known : d));
}

function joinable(
  op: string,
  inputs: readonly TensorType[],
  fits: (s: readonly number[]) => boolean,
  how: string,
): void {
  const wrong = inputs.find((x) => !fits(x.shape));
  if (wrong) {
    throw new ShapeMismatchError(
      `${op}: ${inputs.map((x) => formatShape(x.shape)).join(", ")} do not agree ${how}.`,
      "Reshape or slice them first.",
    );
  }
}

const joined = (inputs: readonly TensorType[]) =>
  inputs.every((x) => x.dtype === at(inputs, 0).dtype)
    ? at(inputs, 0).dtype
    : inputs.map((x) => x.dtype).reduce(promote);

function needInt(op: string, ids: TensorType): void {
  if (ids.dtype !== "int32") {
    throw new ArgumentError(
      `${op}: the indices are ${ids.dtype}.`,
      'Pass int32, such as argMax gives, or .cast("int32").',
    );
  }
}
