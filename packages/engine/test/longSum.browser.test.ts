/** Sums over as many numbers as a vocabulary has, against float64: one float32 after the other would lose digits. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { useBackend } from "../src/backends.ts";
import { KERNELS } from "../src/ops/table.ts";
import * as tf from "../src/tf.ts";

const COUNT = 50_257;
const ROWS = 3;

async function read(make: () => tf.Tensor): Promise<Float32Array> {
  const made = tf.tidy(make);
  const data = await made.data();
  made.dispose();
  return data as Float32Array;
}

/** Logits of which one is far above the others, so that its probability is nearly 1. */
const logits = Float32Array.from({ length: ROWS * COUNT }, (_, i) =>
  i % COUNT === 7 ? 20 + i / COUNT : 2 + Math.sin(i * 0.37) + Math.cos(i * 0.011),
);

function exact(row: number): { sum: number; logSumExp: number } {
  const numbers = Array.from(logits.subarray(row * COUNT, (row + 1) * COUNT));
  const sum = numbers.reduce((a, b) => a + b, 0);
  return { sum, logSumExp: Math.log(numbers.reduce((a, b) => a + Math.exp(b), 0)) };
}

describe.each(["webgpu", "wasm", "cpu"] as const)("on %s", (backend) => {
  let tensors: number;

  beforeAll(async () => {
    await useBackend(backend);
    tensors = tf.memory().numTensors;
  });

  afterAll(() => expect(tf.memory().numTensors).toBe(tensors));

  const run = (op: string, attrs: Record<string, number | boolean>, shape = [ROWS, COUNT]) =>
    read(() => KERNELS[op]!([tf.tensor(logits, shape, "float32")], attrs, { shape: [], dtype: "float32" }));

  test("sum and mean, along the last axis, along the first, and of all", async () => {
    for (let row = 0; row < ROWS; row++) {
      const { sum } = exact(row);
      expect((await run("sum", { axis: 1 }))[row]! / sum).toBeCloseTo(1, 5);
      expect((await run("mean", { axis: -1, keepDims: true }))[row]! / (sum / COUNT)).toBeCloseTo(1, 5);
    }
    const total = Array.from({ length: ROWS }, (_, row) => exact(row).sum).reduce((a, b) => a + b);
    expect((await run("sum", {}))[0]! / total).toBeCloseTo(1, 5);
    // The same numbers in columns: what stands at one place of each.
    const columns = await run("sum", { axis: 0 }, [COUNT, ROWS]);
    expect(Array.from(columns).reduce((a, b) => a + b) / total).toBeCloseTo(1, 5);
  });

  test("logarithms of probabilities beside one that is nearly 1", async () => {
    const [logSumExp, logSoftmax, softmax] = await Promise.all(
      ["logSumExp", "logSoftmax", "softmax"].map((op) => run(op, { axis: -1 })),
    );
    for (let row = 0; row < ROWS; row++) {
      const best = logits[row * COUNT + 7]!;
      const wanted = best - exact(row).logSumExp;
      expect(logSumExp![row]! - exact(row).logSumExp).toBeCloseTo(0, 5);
      expect(logSoftmax![row * COUNT + 7]! / wanted).toBeCloseTo(1, 2);
      expect((1 - softmax![row * COUNT + 7]!) / (1 - Math.exp(wanted))).toBeCloseTo(1, 2);
    }
  });

  test("their gradients", async () => {
    const gradient = await read(() => {
      const x = tf.tensor2d(logits, [ROWS, COUNT]);
      const loss = (y: tf.Tensor) =>
        KERNELS["logSoftmax"]!([y], { axis: -1 }, { shape: [ROWS, COUNT], dtype: "float32" })
          .slice([0, 7], [ROWS, 1])
          .sum() as tf.Scalar;
      return tf.grad(loss)(x);
    });
    for (let row = 0; row < ROWS; row++) {
      const rest = 1 - Math.exp(logits[row * COUNT + 7]! - exact(row).logSumExp);
      expect(gradient[row * COUNT + 7]! / rest).toBeCloseTo(1, 2);
    }
  });
});
