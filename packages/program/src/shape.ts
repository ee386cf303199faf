import { ShapeMismatchError } from "./errors.ts";

export type Shape = readonly number[];

/** tfjs's webgpu kernels stop at six dimensions. */
export const MAX_RANK = 6;

export const sizeOf = (shape: Shape): number => shape.reduce((n, d) => n * d, 1);

export const formatShape = (shape: Shape): string => `[${shape.join(", ")}]`;

export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((d, i) => d === b[i]);

/** The shape two shapes broadcast to, by numpy's rule, or undefined where they do not. */
export function tryBroadcast(a: Shape, b: Shape): number[] | undefined {
  const rank = Math.max(a.length, b.length);
  const out: number[] = [];
  for (let i = 0; i < rank; i++) {
    const x = a[a.length - rank + i] ?? 1;
    const y = b[b.length - rank + i] ?? 1;
    if (x !== y && x !== 1 && y !== 1) return undefined;
    out.push(x === 1 ? y : x);
  }
  return out;
}

/** Like `tryBroadcast`, with an error that names the operation. */
export function broadcast(op: string, a: Shape, b: Shape): number[] {
  const out = tryBroadcast(a, b);
  if (!out) {
    throw new ShapeMismatchError(
      `${op}: shapes ${formatShape(a)} and ${formatShape(b)} do not broadcast.`,
      "Compared from the right, each pair of dimensions must be equal or one of them 1.",
      { op, a: [...a], b: [...b] },
    );
  }
  return out;
}

/** Whether `from` broadcasts to exactly `to`. */
export function broadcastsTo(from: Shape, to: Shape): boolean {
  const out = tryBroadcast(from, to);
  return out !== undefined && sameShape(out, to);
}
