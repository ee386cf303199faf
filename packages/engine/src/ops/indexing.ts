/**
 * Reading and writing what an index selects, made of kernels that every backend has and that have
 * gradients. Both go through the box: the selection with every dimension of the base still there
 * (a point as size 1), lists at their own axis.
 */
import { type AxisPick, type IndexTerm, type ResolvedIndex, resolveIndex, type TensorType } from "@insitu/program";
import { MOST_DIMENSIONS, putRegion, type Stretch } from "../kernels/putRegion.ts";
import * as tf from "../tf.ts";
import { gather } from "./gather.ts";
import { transpose } from "./transpose.ts";

/** The selected values. `operands` are the values that `list` terms of the index point at. */
export function readAt(base: tf.Tensor, terms: readonly IndexTerm[], operands: readonly tf.Tensor[]): tf.Tensor {
  const index = resolveIndex(terms, base.shape, operands.map(typeOf));
  if (index.dynamic) return readByValue(base, index, operands);
  const plan = layOut(base.shape, index.picks);
  let box = plan.enter(base);
  box = sliceBox(box, plan.picks);
  plan.picks.forEach((pick, axis) => {
    if (pick.kind === "list") box = gather(box, tf.tensor1d([...pick.indices], "int32"), axis);
  });
  return fromBox(box, plan.picks, index);
}

/** `base` with the selected values replaced by `value`, which broadcasts to the selection. */
export function writeAt(
  base: tf.Tensor,
  value: tf.Tensor,
  terms: readonly IndexTerm[],
  operands: readonly tf.Tensor[],
): tf.Tensor {
  const index = resolveIndex(terms, base.shape, operands.map(typeOf));
  const plan = layOut(base.shape, index.picks);
  const entered = plan.enter(base);
  let box = toBox(value.cast(base.dtype as "float32"), plan.picks, index);
  const region = index.masks.length === 0 ? regionOf(plan.picks, entered) : undefined;
  if (region) return plan.leave(putRegion(entered, box, region));
  let mask: tf.Tensor | undefined;
  plan.picks.forEach((pick, axis) => {
    const size = entered.shape[axis] as number;
    const inverse = inverseOf(pick, size);
    if (!inverse) return;
    if ((box.shape[axis] as number) > 1) {
      const source = Int32Array.from(inverse, (i) => Math.max(0, i));
      box = gather(box, tf.tensor1d(source, "int32"), axis);
    }
    const shape = entered.shape.map((_, i) => (i === axis ? size : 1));
    const here = tf.tensor(
      Uint8Array.from(inverse, (i) => (i >= 0 ? 1 : 0)),
      shape,
      "bool",
    );
    mask = mask ? tf.logicalAnd(mask, here) : here;
  });
  for (const { operand, axis, rank } of index.masks) {
    const shape = entered.shape.map((_, i) => (i >= axis && i < axis + rank ? (entered.shape[i] as number) : 1));
    const here = (operands[operand] as tf.Tensor).reshape(shape);
    mask = mask ? tf.logicalAnd(mask, here) : here;
  }
  const whole = tf.broadcastTo(box, entered.shape);
  const written = mask ? tf.where(tf.broadcastTo(mask, entered.shape), whole, entered) : whole;
  return plan.leave(written);
}

/** The picks as one stretch an axis, where they are that; undefined for what one kernel does not write. */
function regionOf(picks: readonly AxisPick[], base: tf.Tensor): Stretch[] | undefined {
  if (base.dtype !== "float32" || base.rank > MOST_DIMENSIONS || base.rank === 0 || base.size === 0) return undefined;
  const region: Stretch[] = [];
  for (const pick of picks) {
    if (pick.kind === "list" || (pick.kind === "range" && pick.count === 0)) return undefined;
    region.push(pick.kind === "point" ? { start: pick.index, step: 1, count: 1 } : pick);
  }
  return region;
}

const typeOf = (x: tf.Tensor): TensorType => ({ shape: x.shape, dtype: x.dtype as TensorType["dtype"] });

interface BoxPlan {
  /** Picks over the entered base: at most one list. */
  picks: AxisPick[];
  enter(base: tf.Tensor): tf.Tensor;
  leave(base: tf.Tensor): tf.Tensor;
}

/** Several lists pick point by point: their axes are brought together and merged into one. */
function layOut(shape: readonly number[], picks: readonly AxisPick[]): BoxPlan {
  const axes = picks.flatMap((p, i) => (p.kind === "list" ? [i] : []));
  if (axes.length < 2) return { picks: [...picks], enter: (x) => x, leave: (x) => x };
  const first = axes[0] as number;
  const others = picks.map((_, i) => i).filter((i) => !axes.includes(i));
  const before = others.filter((i) => i < first);
  const perm = [...before, ...axes, ...others.filter((i) => i >= first)];
  const moved = perm.map((i) => shape[i] as number);
  const merged = [
    ...moved.slice(0, before.length),
    axes.reduce((n, i) => n * (shape[i] as number), 1),
    ...moved.slice(before.length + axes.length),
  ];
  const back = perm.map((_, i) => perm.indexOf(i));
  const lists = axes.map((i) => (picks[i] as { indices: readonly number[] }).indices);
  const indices = (lists[0] as readonly number[]).map((_, n) =>
    axes.reduce(
      (linear, axis, k) => linear * (shape[axis] as number) + ((lists[k] as readonly number[])[n] as number),
      0,
    ),
  );
  const kept = perm.map((i) => picks[i] as AxisPick);
  return {
    picks: [...kept.slice(0, before.length), { kind: "list", indices }, ...kept.slice(before.length + axes.length)],
    enter: (x) => transpose(x, perm).reshape(merged),
    leave: (x) => x.reshape(moved).transpose(back),
  };
}

/** Ranges and points sliced; lists left whole. */
function sliceBox(base: tf.Tensor, picks: readonly AxisPick[]): tf.Tensor {
  if (base.size === 0 || base.rank === 0) return base;
  const begin: number[] = [];
  const end: number[] = [];
  const steps: number[] = [];
  picks.forEach((pick, axis) => {
    const size = base.shape[axis] as number;
    const [b, count, s] =
      pick.kind === "point"
        ? [pick.index, 1, 1]
        : pick.kind === "range"
          ? [pick.start, pick.count, pick.step]
          : [0, size, 1];
    begin.push(b);
    end.push(count === 0 ? b : b + (count - 1) * s + 1);
    steps.push(s);
  });
  if (end.some((e, i) => e <= (begin[i] as number))) {
    return tf.zeros(
      end.map((e, i) => Math.max(0, Math.ceil((e - (begin[i] as number)) / (steps[i] as number)))),
      base.dtype as "float32",
    );
  }
  const sizes = end.map((e, i) => e - (begin[i] as number));
  const whole = sizes.every((d, i) => d === base.shape[i]) ? base : tf.slice(base, begin, sizes);
  // Steps by gathering, since strided slices have no gradient.
  return steps.reduce((box, step, axis) => {
    if (step === 1) return box;
    const ids = tf.range(0, box.shape[axis] as number, step, "int32");
    return gather(box, ids, axis);
  }, whole as tf.Tensor);
}

/** The dimensions of a box that the result keeps, in the result's order. */
function resultDims(picks: readonly AxisPick[], { listAt }: ResolvedIndex): number[] {
  const kept = picks.flatMap((p, i) => (p.kind === "range" ? [i] : []));
  const list = picks.findIndex((p) => p.kind === "list");
  if (list < 0) return kept;
  return [...kept.slice(0, listAt), list, ...kept.slice(listAt)];
}

function fromBox(box: tf.Tensor, picks: readonly AxisPick[], index: ResolvedIndex): tf.Tensor {
  const dims = resultDims(picks, index);
  const dropped = picks.map((_, i) => i).filter((i) => !dims.includes(i));
  const perm = [...dims, ...dropped];
  const ordered = perm.every((p, i) => p === i) ? box : transpose(box, perm);
  return ordered.reshape([...index.shape]);
}

function toBox(value: tf.Tensor, picks: readonly AxisPick[], index: ResolvedIndex): tf.Tensor {
  // Padded to the result's rank, without its new axes: dimensions of 1 go on broadcasting.
  const padded = [...new Array(index.shape.length - value.rank).fill(1), ...value.shape];
  const plain = padded.filter((_, i) => !index.newAxes.includes(i));
  const dims = resultDims(picks, index);
  const dropped = picks.map((_, i) => i).filter((i) => !dims.includes(i));
  const perm = [...dims, ...dropped];
  const shaped = value.reshape([...plain, ...dropped.map(() => 1)]);
  const back = perm.map((_, i) => perm.indexOf(i));
  return back.every((p, i) => p === i) ? shaped : transpose(shaped, back);
}

/** For each index of an axis, where in the selection it stands, or -1; undefined for the whole axis. */
function inverseOf(pick: AxisPick, size: number): Int32Array | undefined {
  if (pick.kind === "range" && pick.count === size) return undefined;
  if (pick.kind === "point" && size === 1) return undefined;
  const inverse = new Int32Array(size).fill(-1);
  if (pick.kind === "point") inverse[pick.index] = 0;
  else if (pick.kind === "list") for (const [at, i] of pick.indices.entries()) inverse[i] = at;
  else for (let at = 0; at < pick.count; at++) inverse[pick.start + at * pick.step] = at;
  return inverse;
}

/** One axis picked by an int32 value; negative ids count from the end, as in Python. */
function readByValue(base: tf.Tensor, index: ResolvedIndex, operands: readonly tf.Tensor[]): tf.Tensor {
  const { operand, axis } = index.dynamic as { operand: number; axis: number };
  const size = base.shape[axis] as number;
  const raw = operands[operand] as tf.Tensor;
  const wrapped = tf.where(raw.less(tf.scalar(0, "int32")), raw.add(tf.scalar(size, "int32")), raw);
  const ids = wrapped.clipByValue(0, size - 1).toInt();
  const box = sliceBox(base, index.picks);
  return gather(box, ids.reshape([-1]), axis).reshape([...index.shape]);
}
