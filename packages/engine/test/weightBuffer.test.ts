/** Parameters filled from pieces of any length, on the cpu; the browser tests load the same dtypes on every backend. */
import { beforeAll, expect, test } from "vitest";
import { useBackend } from "../src/backends.ts";
import * as tf from "../src/tf.ts";
import { WeightBuffer } from "../src/weightBuffer.ts";

beforeAll(() => useBackend("cpu"));

/** Exact in all three formats. */
const VALUES = [0, 1, -2, 0.5, 0.25, -0.125, 3, -7, 1.5, 96, -0.75];

const FORMATS = {
  F32: (x: number) => [...new Uint8Array(Float32Array.of(x).buffer)],
  BF16: (x: number) => [...new Uint8Array(Float32Array.of(x).buffer)].slice(2),
  F16(x: number): number[] {
    const bits = new Uint32Array(Float32Array.of(x).buffer)[0] as number;
    const half =
      x === 0 ? 0 : ((bits >>> 16) & 0x8000) | ((((bits >>> 23) & 0xff) - 112) << 10) | ((bits >>> 13) & 0x3ff);
    return [half & 0xff, half >>> 8];
  },
};

test.each(Object.entries(FORMATS))("%s, in pieces of every length", async (dtype, encode) => {
  const bytes = Uint8Array.from(VALUES.flatMap(encode));
  const before = tf.memory().numTensors;
  for (let length = 1; length <= bytes.length; length++) {
    for (const count of [VALUES.length, VALUES.length - 1, 1]) {
      const size = (count * bytes.length) / VALUES.length;
      const buffer = new WeightBuffer([count], "float32");
      // Begun, and begun again: as where a kept copy turned out damaged.
      await buffer.write(bytes.slice(0, Math.min(length, size - 1)), dtype as "F32", false);
      buffer.restart();
      // The same memory again and again, as downloads come.
      const piece = new Uint8Array(length);
      for (let at = 0; at < size; at += length) {
        const part = piece.subarray(0, Math.min(length, size - at));
        part.set(bytes.subarray(at, at + part.length));
        await buffer.write(part, dtype as "F32", at + part.length === size);
      }
      expect(Array.from(buffer.tensor.dataSync()), `${count} in pieces of ${length}`).toEqual(VALUES.slice(0, count));
      buffer.tensor.dispose();
    }
  }
  expect(tf.memory().numTensors).toBe(before);
});
