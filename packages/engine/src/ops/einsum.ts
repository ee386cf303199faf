import * as tf from "../tf.ts";

interface Labelled {
  x: tf.Tensor;
  labels: string;
}

/**
 * Einstein summation as sums, transposes and matrix products, operand by operand: tfjs's own lacks a
 * wasm kernel, a gradient, and some orders of letters. The equation has passed the op table's rule.
 */
export function einsum(equation: string, inputs: readonly tf.Tensor[]): tf.Tensor {
  const [left, out] = equation.replace(/\s/g, "").split("->") as [string, string];
  const operands = left.split(",").map((labels, i): Labelled => ({ x: inputs[i] as tf.Tensor, labels }));
  const neededAfter = (i: number) =>
    new Set([
      ...out,
      ...operands
        .slice(i + 1)
        .map((o) => o.labels)
        .join(""),
    ]);
  const result = operands.reduce((a, b, i) => contract(a, b, neededAfter(i)));
  const { x, labels } = sumOut(result, new Set(out));
  return order(x, labels, out);
}

/** The product of two operands with what nobody needs further summed out. */
function contract(left: Labelled, right: Labelled, needed: ReadonlySet<string>): Labelled {
  const a = sumOut(left, new Set([...needed, ...right.labels]));
  const b = sumOut(right, new Set([...needed, ...left.labels]));
  const inBoth = [...a.labels].filter((l) => b.labels.includes(l));
  const batch = inBoth.filter((l) => needed.has(l)).join("");
  const summed = inBoth.filter((l) => !needed.has(l)).join("");
  const onlyA = [...a.labels].filter((l) => !b.labels.includes(l)).join("");
  const onlyB = [...b.labels].filter((l) => !a.labels.includes(l)).join("");
  const size = (labels: string) => [...labels].map((l) => sizeOf(a, l) ?? (sizeOf(b, l) as number));
  const count = (labels: string) => size(labels).reduce((n, d) => n * d, 1);
  const matrixA = order(a.x, a.labels, batch + onlyA + summed).reshape([count(batch), count(onlyA), count(summed)]);
  const matrixB = order(b.x, b.labels, batch + summed + onlyB).reshape([count(batch), count(summed), count(onlyB)]);
  const labels = batch + onlyA + onlyB;
  return { x: tf.matMul(matrixA, matrixB).reshape(size(labels)), labels };
}

function sumOut({ x, labels }: Labelled, kept: ReadonlySet<string>): Labelled {
  const axes = [...labels].flatMap((l, i) => (kept.has(l) ? [] : [i]));
  if (axes.length === 0) return { x, labels };
  return { x: x.sum(axes), labels: [...labels].filter((l) => kept.has(l)).join("") };
}

function order(x: tf.Tensor, from: string, to: string): tf.Tensor {
  return from === to ? x : x.transpose([...to].map((l) => from.indexOf(l)));
}

function sizeOf({ x, labels }: Labelled, label: string): number | undefined {
  const axis = labels.indexOf(label);
  return axis < 0 ? undefined : x.shape[axis];
}
