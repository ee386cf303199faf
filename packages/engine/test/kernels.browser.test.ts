/** Every fused kernel on WebGPU against its composition on the cpu: values and gradients, in both styles. */
import { beforeAll, describe, expect, test } from "vitest";
import { useBackend } from "../src/backends.ts";
import { reportingGpuErrors } from "../src/gpuErrors.ts";
import { attend, attendTo, lastOf } from "../src/kernels/attention.ts";
import { embed, lookUp } from "../src/kernels/embed.ts";
import { canPack, packedShape, packHalf, unpacked } from "../src/kernels/halfWeights.ts";
import { layerNorm } from "../src/kernels/layerNorm.ts";
import { linear, linearTransposed } from "../src/kernels/linear.ts";
import { headsOf, maskedScores, mixValues } from "../src/kernels/openAttention.ts";
import { putRegion } from "../src/kernels/putRegion.ts";
import { useKernelStyle } from "../src/kernels/style.ts";
import { KvCache } from "../src/kvCache.ts";
import * as tf from "../src/tf.ts";

type Data = { values: number[] | Float32Array; shape: number[]; dtype?: "int32" | "float32" };
type Inputs = Record<string, Data>;
type Body = (inputs: Record<string, tf.Tensor>) => tf.Tensor;

/** Numbers without a pattern, the same every time. */
function noise(seed: number, ...shape: number[]): Data {
  const size = shape.reduce((a, b) => a * b, 1);
  const values = Float32Array.from({ length: size }, (_, i) => {
    const x = Math.sin((i + 1) * 12.9898 + seed * 78.233) * 43758.5453;
    return (x - Math.floor(x)) * 2 - 1;
  });
  return { values, shape };
}

const stretch = (start: number, step: number, count: number) => ({ start, step, count });

const ints = (values: number[], ...shape: number[]): Data => ({ values, shape, dtype: "int32" });

/** Numbers, or what the GPU refused: in silence it would give zeros. */
const read = (tensors: tf.Tensor[]) =>
  reportingGpuErrors(
    async () => Promise.all(tensors.map((x) => x.data())),
    async (data) => data,
  );

/** The body's value, and the gradient of its weighted sum with respect to each name. */
async function run(backend: "webgpu" | "cpu", inputs: Inputs, by: readonly string[], body: Body) {
  await useBackend(backend);
  const before = tf.memory().numTensors;
  const results = tf.tidy(() => {
    const given = Object.fromEntries(
      Object.entries(inputs).map(([name, { values, shape, dtype }]) => [name, tf.tensor(values, shape, dtype)]),
    );
    const value = body(given);
    const weights = tf.tensor(noise(9, value.size).values, value.shape);
    const gradients = by.length
      ? tf.grads((...xs: tf.Tensor[]) =>
          body({ ...given, ...Object.fromEntries(by.map((name, i) => [name, xs[i] as tf.Tensor])) })
            .mul(weights)
            .sum(),
        )(by.map((name) => given[name] as tf.Tensor))
      : [];
    return [value, ...gradients];
  });
  const data = await read(results);
  tf.dispose(results);
  expect(tf.memory().numTensors).toBe(before);
  return data.map((values, i) => ({ values: Array.from(values), shape: results[i]!.shape }));
}

async function agree(inputs: Inputs, by: readonly string[], body: Body): Promise<void> {
  const mine = await run("webgpu", inputs, by, body);
  const theirs = await run("cpu", inputs, by, body);
  for (const [i, { values, shape }] of mine.entries()) {
    const name = i === 0 ? "value" : `gradient of ${by[i - 1]}`;
    expect(shape, name).toEqual(theirs[i]!.shape);
    const worst = values.reduce((most, x, at) => Math.max(most, Math.abs(x - theirs[i]!.values[at]!)), 0);
    expect(Number.isFinite(worst) ? worst : Number.POSITIVE_INFINITY, name).toBeLessThan(2e-4);
  }
}

beforeAll(async () => {
  await useBackend("webgpu");
});

describe.each(["direct", "tiled"] as const)("%s", (style) => {
  beforeAll(() => useKernelStyle(style));

  const shapes = [
    [1, 16, 48],
    [3, 20, 24],
    [7, 64, 12],
    [7, 64, 508],
    [33, 36, 128],
    [65, 128, 68],
  ] as const;
  for (const [rows, from, to] of shapes) {
    test(`linear: ${rows} rows, ${from} to ${to}`, async () => {
      const given = {
        x: noise(1, rows, from),
        weight: noise(2, from, to),
        bias: noise(3, to),
        residual: noise(4, rows, to),
      };
      await agree(given, ["x", "weight", "bias"], ({ x, weight, bias }) => linear(x!, weight!, bias!));
      await agree(given, ["x", "bias", "residual"], ({ x, weight, bias, residual }) =>
        linear(x!, weight!, bias!, { activation: "gelu_new", residual }),
      );
    });

    test(`linear transposed: ${rows} rows, ${from} to ${to + 3}`, async () => {
      await agree({ x: noise(1, rows, from), weight: noise(2, to + 3, from) }, ["x", "weight"], ({ x, weight }) =>
        linearTransposed(x!, weight!),
      );
    });
  }

  test("linear: every activation", async () => {
    for (const activation of ["gelu_new", "gelu", "relu", "silu"] as const) {
      const given = { x: noise(1, 5, 8), weight: noise(2, 8, 16), bias: noise(3, 16) };
      await agree(given, ["x"], ({ x, weight, bias }) => linear(x!.mul(4), weight!, bias!, { activation }));
    }
  });

  test("linear: sizes that the shaders do not take, and more than two dimensions", async () => {
    const odd = { x: noise(1, 3, 5), weight: noise(2, 5, 7), bias: noise(3, 7) };
    await agree(odd, ["x", "weight", "bias"], ({ x, weight, bias }) =>
      linear(x!, weight!, bias!, { activation: "gelu" }),
    );
    await agree({ x: noise(1, 3, 5), weight: noise(2, 7, 5) }, ["x"], ({ x, weight }) => linearTransposed(x!, weight!));
    const deep = { x: noise(1, 2, 3, 8), weight: noise(2, 8, 12), bias: noise(3, 12) };
    await agree(deep, ["x"], ({ x, weight, bias }) => linear(x!, weight!, bias!));
  });

  for (const shape of [
    [1, 1, 64],
    [2, 7, 48],
    [3, 1, 70],
    [1, 70, 768],
  ]) {
    test(`layer norm of [${shape}]`, async () => {
      const width = shape.at(-1)!;
      const given = { x: noise(1, ...shape), weight: noise(2, width), bias: noise(3, width) };
      await agree(given, ["x", "weight", "bias"], ({ x, weight, bias }) =>
        layerNorm(x!.mul(3).add(1), weight!, bias!, 1e-5),
      );
    });
  }

  const prompts = [
    { name: "one row", rows: 1, tokens: 9, heads: 4, width: 16, counts: undefined },
    { name: "one token", rows: 2, tokens: 1, heads: 2, width: 8, counts: undefined },
    { name: "longer than a workgroup", rows: 1, tokens: 131, heads: 1, width: 8, counts: undefined },
    {
      name: "padded rows",
      rows: 3,
      tokens: 5,
      heads: 2,
      width: 24,
      counts: [1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0, 0, 0, 1],
    },
    { name: "copies of padded rows", rows: 4, tokens: 3, heads: 2, width: 8, counts: [1, 1, 1, 0, 1, 1] },
    { name: "heads of odd width", rows: 2, tokens: 4, heads: 2, width: 10, counts: undefined },
  ];
  for (const { name, rows, tokens, heads, width, counts } of prompts) {
    test.each(["eager", "sdpa"] as const)(`attention: ${name}, %s`, async (kind) => {
      const counted = counts ?? new Array(rows * tokens).fill(1);
      const given = { qkv: noise(1, rows, tokens, 3 * width), counts: ints(counted, counted.length / tokens, tokens) };
      await agree(given, ["qkv"], ({ qkv, counts }) => attend(qkv!.mul(2), counts!, { heads, scale: 0.4, kind }));
    });
  }

  test("attention of the last tokens alone", async () => {
    const counts = ints([0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], 2, 6);
    for (const queries of [1, 4]) {
      const options = { heads: 2, scale: 0.4, kind: "eager", queries } as const;
      await agree({ qkv: noise(1, 2, 6, 24), counts }, ["qkv"], ({ qkv, counts }) =>
        attend(qkv!.mul(2), counts!, options),
      );
    }
    const some = { heads: 2, scale: 0.4, kind: "eager", queries: 2 } as const;
    await agree({ qkv: noise(1, 2, 6, 24), counts }, [], ({ qkv, counts }) => {
      const { queries: _, ...all } = some;
      return attend(qkv!, counts!, some).sub(lastOf(attend(qkv!, counts!, all), 2));
    });
  });

  test("attention to kept keys and values: as the whole at once", async () => {
    await useBackend("webgpu");
    const [rows, tokens, heads, width] = [2, 70, 2, 16];
    const options = { heads, scale: 0.3, kind: "eager" } as const;
    const counted = new Array(rows * tokens).fill(1).fill(0, tokens, tokens + 3);
    const before = tf.memory().numTensors;
    const cache = new KvCache(80);
    const qkv = tf.tensor(noise(1, rows, tokens, 3 * width).values, [rows, tokens, 3 * width]);
    const counts = tf.tensor(counted, [rows, tokens], "int32");
    const whole = tf.tidy(() => tf.slice(attend(qkv, counts, options), [0, tokens - 1, 0], [rows, 1, width]));
    const last = tf.tidy(() => {
      cache.append("h", tf.slice(qkv, [0, 0, 0], [rows, tokens - 1, 3 * width]));
      cache.filled = tokens - 1;
      const one = tf.slice(qkv, [0, tokens - 1, 0], [rows, 1, 3 * width]);
      cache.append("h", one);
      return attendTo(one, cache.of("h")!, counts, cache.filled, options);
    });
    const [a, b] = await read([whole, last]);
    expect(Math.max(...a!)).toBeGreaterThan(0.01);
    a!.forEach((x, i) => void expect(b![i]).toBeCloseTo(x, 5));
    tf.dispose([whole, last, qkv, counts]);
    cache.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test("attention step by step: heads, masked scores of the last tokens, mixed values", async () => {
    const [rows, heads, tokens, keys, width] = [4, 2, 3, 7, 5];
    await agree({ x: noise(1, rows, keys, 2 * heads * width) }, ["x"], ({ x }) => headsOf(x!, 1, 2, heads));
    const counts = ints([0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 1, 1], 2, 7);
    const given = { query: noise(1, rows, heads, tokens, width), key: noise(2, rows, heads, keys, width), counts };
    await agree(given, ["query", "key"], ({ query, key, counts }) =>
      maskedScores(query!, key!, counts!, 0.3).maximum(-9),
    );
    const mix = { pattern: noise(1, rows, heads, tokens, keys), value: noise(2, rows, heads, keys, width) };
    await agree(mix, ["pattern", "value"], ({ pattern, value }) => mixValues(pattern!, value!));
  });

  test("a region put: any sizes, steps, what broadcasts", async () => {
    const cases = [
      { shape: [2, 5, 6], value: [1, 1, 6], region: [stretch(0, 1, 2), stretch(4, 1, 1), stretch(0, 1, 6)] },
      { shape: [2, 5, 6], value: [1, 1, 1], region: [stretch(1, 1, 1), stretch(0, 2, 3), stretch(1, 1, 4)] },
      {
        shape: [3, 4, 2, 5],
        value: [3, 1, 2, 2],
        region: [stretch(0, 1, 3), stretch(1, 3, 1), stretch(0, 1, 2), stretch(0, 3, 2)],
      },
      { shape: [7], value: [3], region: [stretch(1, 2, 3)] },
    ];
    for (const { shape, value, region } of cases) {
      const given = { base: noise(1, ...shape), value: noise(2, ...value) };
      await agree(given, ["base", "value"], ({ base, value }) => putRegion(base!, value!, region));
    }
  });

  test("embedding: ids and positions past the tables are held at their ends", async () => {
    const given = {
      ids: ints([0, 4, 9, -3, 99, 2], 2, 3),
      positions: ints([0, 1, 2, 3, 50, -1], 2, 3),
      tokens: noise(1, 10, 6),
      places: noise(2, 4, 6),
    };
    await agree(given, [], ({ ids, positions, tokens, places }) => embed(ids!, positions!, tokens!, places!));
  });

  test("weights of half floats: as the rounded weights in float32", async () => {
    await useBackend("webgpu");
    const values = noise(2, 16 * 24).values as Float32Array;
    values.set([0, -0, 1e-7, -3e-6, 65504, -7e4, 6.1e-5, 1 / 3]);
    expect([[50257, 768], [768, 2304], [5, 6], [768]].map(canPack)).toEqual([true, true, false, false]);
    const before = tf.memory().numTensors;
    const results = tf.tidy(() => {
      const packed = packed2d(values, [16, 24]);
      const rounded = unpacked(packed);
      const bias = tf.tensor(noise(3, 24).values);
      const x = tf.tensor(noise(1, 6, 16).values, [6, 16]).mul(1e-3);
      const y = tf.tensor(noise(1, 6, 24).values, [6, 24]).mul(1e-3);
      const ids = tf.tensor([0, 3, 5, 15], [1, 4], "int32");
      // A vocabulary of an odd size, as GPT-2's.
      const words = packed2d(noise(4, 13 * 24).values as Float32Array, [13, 24]);
      return [
        rounded,
        linear(x, packed, bias),
        linear(x, rounded, bias),
        linearTransposed(y, packed),
        linearTransposed(y, rounded),
        embed(ids, ids, packed, packed),
        embed(ids, ids, rounded, rounded),
        tf.grad((v: tf.Tensor) => linear(v, packed, bias))(x),
        tf.grad((v: tf.Tensor) => linear(v, rounded, bias))(x),
        linearTransposed(y, words),
        linearTransposed(y, unpacked(words)),
        embed(ids, ids, words, packed),
        embed(ids, ids, unpacked(words), rounded),
        lookUp(words, ids),
        lookUp(unpacked(words), ids),
        embed(ids, ids, words, tf.zeros([4, 24])),
        embed(ids, ids, unpacked(words), tf.zeros([4, 24])),
      ];
    });
    const data = await read(results);
    const rounded = Array.from(data[0]!);
    expect(rounded.slice(0, 8)).toEqual([
      0,
      -0,
      2 ** -23,
      -50 * 2 ** -24,
      65504,
      -65504,
      1023 * 2 ** -24,
      0.333251953125,
    ]);
    rounded.slice(8).forEach((x, i) => void expect(Math.abs(x - values[i + 8]!)).toBeLessThanOrEqual(2 ** -12));
    for (const i of [1, 3, 5, 7, 9, 11, 13, 15]) expect(Array.from(data[i]!)).toEqual(Array.from(data[i + 1]!));
    tf.dispose(results);
    expect(tf.memory().numTensors).toBe(before);
  });
});

/** A parameter stored in halves. */
const packed2d = (values: Float32Array, shape: number[]): tf.Tensor =>
  tf.tensor(packHalf(values), packedShape(shape), "int32");
