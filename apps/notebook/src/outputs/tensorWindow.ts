/** The part of a tensor that is drawn: what cannot be seen costs nothing. */
import { Labelled } from "@insitu/analysis";
import { Tensor } from "insitu";
import type { NumbersOutput } from "./output.ts";

/** From where to where along each axis, the end left out. */
export type TensorWindow = readonly (readonly [from: number, to: number])[];

export const wholeOf = (shape: readonly number[]): TensorWindow => shape.map((length) => [0, length]);

export const isWhole = (window: TensorWindow, shape: readonly number[]): boolean =>
  window.every(([from, to], axis) => from === 0 && to === shape[axis]);

/** Half, or twice, as much along some axes, about a place; never less than a few, never beyond the ends. */
export function zoomed(
  window: TensorWindow,
  shape: readonly number[],
  axes: readonly (number | undefined)[],
  factor: number,
  about?: readonly number[],
): TensorWindow {
  return window.map(([from, to], axis) => {
    if (!axes.includes(axis)) return [from, to];
    const length = shape[axis]!;
    const size = Math.max(Math.min(LEAST, length), Math.min(length, Math.round((to - from) / factor)));
    const center = about?.[axis] ?? (from + to) / 2;
    return placed(Math.round(center - size / 2), size, length);
  });
}

/** Moved along an axis, by a part of what is seen. */
export function panned(window: TensorWindow, shape: readonly number[], axis: number, part: number): TensorWindow {
  return window.map(([from, to], i) => {
    if (i !== axis) return [from, to];
    const step = Math.sign(part) * Math.max(1, Math.round(Math.abs(part) * (to - from)));
    return placed(from + step, to - from, shape[axis]!);
  });
}

/** Rows and columns that are seen at the least. */
const LEAST = 8;

function placed(from: number, size: number, length: number): readonly [number, number] {
  const start = Math.max(0, Math.min(length - size, from));
  return [start, start + size];
}

/** The numbers within, with their own labels, or their indices in the whole. */
export function cut(output: NumbersOutput, window: TensorWindow): Labelled | Tensor {
  const { shape, dtype, data, axes, name } = output;
  const whole = isWhole(window, shape);
  if (whole && !axes && name === undefined) return new Tensor([...shape], dtype, data);
  const tensor = whole ? new Tensor([...shape], dtype, data) : sliced(output, window);
  const labelled = axes?.some(({ labels, name }) => labels || name);
  if (whole && !labelled) return tensor;
  return new Labelled(
    name ?? "",
    shape.map((_, axis) => {
      const [from, to] = window[axis]!;
      const labels = axes?.[axis]?.labels?.slice(from, to);
      const named = labels ?? Array.from({ length: to - from }, (_, i) => String(from + i));
      return { name: axes?.[axis]?.name ?? `axis ${axis}`, labels: named };
    }),
    tensor,
  );
}

function sliced({ shape, dtype, data }: NumbersOutput, window: TensorWindow): Tensor {
  const size = window.map(([from, to]) => to - from);
  const length = size.reduce((all, n) => all * n, 1);
  const part = new (data.constructor as Float32ArrayConstructor)(length) as typeof data;
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((all, n) => all * n, 1));
  let at = 0;
  const walk = (axis: number, offset: number): void => {
    const [from, to] = window[axis]!;
    if (axis === shape.length - 1) {
      part.set(data.subarray(offset + from, offset + to), at);
      at += to - from;
      return;
    }
    for (let i = from; i < to; i++) walk(axis + 1, offset + i * strides[axis]!);
  };
  if (length > 0) walk(0, 0);
  return new Tensor(size, dtype, part);
}
