/** Ids and places beyond 2²⁴, where tfjs's shaders take even numbers for odd ones. */
import { beforeAll, expect, test } from "vitest";
import { useBackend } from "../src/backends.ts";
import { gather, takeAlongAxis } from "../src/ops/gather.ts";
import * as tf from "../src/tf.ts";

const FAR = 2 ** 24;
const LENGTH = FAR + 64;
/** Beside each other everywhere different. */
const VALUES = Float32Array.from({ length: LENGTH }, (_, i) => i % 1021);

beforeAll(() => useBackend("webgpu"));

/** What a body gives, with nothing left behind. */
async function numbersOf(body: () => tf.Tensor): Promise<number[]> {
  const before = tf.memory().numTensors;
  const result = tf.tidy(body);
  const numbers = Array.from(await result.data());
  result.dispose();
  expect(tf.memory().numTensors).toBe(before);
  return numbers;
}

test("gather, along a long axis and out of a wide one; ids outside are held at the ends", async () => {
  const ids = [0, FAR - 1, FAR + 1, FAR + 3, FAR + 63, FAR + 999, -5];
  const held = ids.map((i) => Math.min(Math.max(i, 0), LENGTH - 1));
  expect(await numbersOf(() => gather(tf.tensor1d(VALUES), tf.tensor1d(ids, "int32"), 0))).toEqual(
    held.map((i) => VALUES[i]),
  );
  const [x, pair] = [() => tf.tensor3d(VALUES, [1, LENGTH / 2, 2]), tf.tensor1d([1, 0], "int32")];
  const swapped = await numbersOf(() => gather(x(), pair, 2).slice([0, LENGTH / 2 - 2, 0], [1, 2, 2]));
  pair.dispose();
  expect(swapped).toEqual([LENGTH - 3, LENGTH - 4, LENGTH - 1, LENGTH - 2].map((i) => VALUES[i]));
});

test("takeAlongAxis, from rows whose places lie beyond", async () => {
  const width = 33;
  const rows = Math.floor(LENGTH / width);
  const ids = Int32Array.from({ length: rows }, (_, row) => (row * 7) % width);
  const x = () => tf.tensor2d(VALUES.subarray(0, rows * width), [rows, width]);
  const taken = await numbersOf(() => takeAlongAxis(x(), tf.tensor1d(ids, "int32")));
  expect(taken.every((value, row) => value === VALUES[row * width + ids[row]!])).toBe(true);
});
