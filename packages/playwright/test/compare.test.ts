import { Tensor } from "insitu";
import { PNG } from "pngjs";
import { describe, expect, test } from "vitest";
import { decode } from "../src/bridge/decode.ts";
import { modelPlace } from "../src/host/modelPlace.ts";
import { webgpu } from "../src/launch.ts";
import { compare } from "../src/matchers/compare.ts";
import { type Expected, numbersOf } from "../src/matchers/numbers.ts";
import { readSafetensors, writeSafetensors } from "../src/matchers/safetensors.ts";
import { describeComparison, indexOf } from "../src/matchers/text.ts";
import { heatmap } from "../src/pictures/heatmap.ts";
import { planeAround } from "../src/pictures/plane.ts";

const tensor = (data: number[]) => new Tensor([data.length], "float32", Float32Array.from(data));
const against = (received: Tensor, expected: Expected, tolerance = {}) =>
  compare(received, numbersOf(expected, received.size, "toMatchTensor"), tolerance);

describe("compare", () => {
  test("tolerances are torch.allclose's", () => {
    expect(against(tensor([1, 100]), [1.00005, 100.0005]).off).toBe(0);
    expect(against(tensor([1, 100]), [1.0002, 100.002])).toMatchObject({ off: 2, worst: { at: 1, expected: 100.002 } });
    expect(against(tensor([1, 100]), [1.0002, 100.002], { atol: 0, rtol: 1e-3 }).off).toBe(0);
    expect(against(tensor([1, 1]), 1).off).toBe(0);
  });

  test("integers are compared exactly, unless a tolerance is given", () => {
    const ids = new Tensor([2], "int32", Int32Array.of(7, 8));
    expect(against(ids, [7, 9]).off).toBe(1);
    expect(against(ids, [7, 9], { atol: 1 }).off).toBe(0);
  });

  test("NaN and infinities", () => {
    const [nan, inf] = [Number.NaN, Number.POSITIVE_INFINITY];
    expect(against(tensor([nan, inf]), [nan, inf])).toMatchObject({ off: 1, worst: { at: 0 } });
    expect(against(tensor([nan, inf]), [nan, inf], { equalNan: true }).off).toBe(0);
    expect(against(tensor([inf, inf, 1]), [-inf, 1, inf]).off).toBe(3);
    expect(against(tensor([nan]), [1]).histogram.at(-1)).toEqual({ label: "NaN", count: 1, off: 1 });
  });

  test("the histogram counts every number once, by decades", () => {
    const { histogram } = against(tensor([0, 0.5, 0.05, 0.06]), 0);
    expect(histogram).toEqual([
      { label: "0", count: 1, off: 0 },
      { label: "1e-2 to 1e-1", count: 2, off: 2 },
      { label: "1e-1 to 1e0", count: 1, off: 1 },
    ]);
    const text = describeComparison(against(tensor([0, 0.5]), 0), [1, 2]);
    expect(text).toContain("Worst at [0, 1]: expected 0, received 0.5; off by 0.5");
  });

  test("what cannot be compared with is told", () => {
    for (const bad of [[[1, 2], [3]], "text", undefined, { a: 1 }, Promise.resolve()])
      expect(() => against(tensor([1]), bad as never)).toThrow(/cannot compare with/);
    expect(indexOf(13, [2, 3, 4])).toEqual([1, 0, 1]);
  });
});

test("safetensors come back as they were written, and nothing else is taken for them", () => {
  const tensors = {
    a: { shape: [2, 2], dtype: "float32" as const, data: Float32Array.of(1, Number.NaN, Number.NEGATIVE_INFINITY, -0) },
    b: { shape: [0], dtype: "int32" as const, data: new Int32Array(0) },
    ü: { shape: [], dtype: "bool" as const, data: Uint8Array.of(1) },
  };
  const file = writeSafetensors(tensors);
  expect((8 + Number(file.readBigUInt64LE())) % 8).toBe(0);
  expect(readSafetensors(file)).toEqual(tensors);
  expect(readSafetensors(file.subarray(0, file.length - 3))).toBeUndefined();
  expect(readSafetensors(Buffer.from("nothing of the kind"))).toBeUndefined();
});

test("answers of a page are typed arrays again", () => {
  const bytes = Buffer.from(Float32Array.of(Number.NaN, 2).buffer);
  const json = '{"x":{"$array":"Float32Array","at":0,"bytes":8},"n":{"$number":"-Infinity"},"none":null}';
  expect(decode(json, bytes)).toEqual({ x: Float32Array.of(Number.NaN, 2), n: Number.NEGATIVE_INFINITY, none: null });
});

test("pictures of every form are drawn: what is blue is below zero, red above", () => {
  for (const shape of [[], [1], [5], [3072], [2, 3], [1, 8, 256], [1, 4, 8, 8], [900, 2], [3, 2000]]) {
    const size = shape.reduce((a, b) => a * b, 1);
    const data = Float32Array.from({ length: size }, (_, i) => (i % 2 ? 1 : -1));
    const plane = planeAround(size - 1, shape);
    expect(plane.rows * plane.columns).toBeGreaterThan(0);
    const { width, height } = PNG.sync.read(heatmap({ title: "x", data, plane, extent: 1, mark: size - 1 }));
    expect(width).toBeLessThan(1000);
    expect(height).toBeLessThan(500);
  }
  const plane = planeAround(0, [1, 2]);
  const { data, width } = PNG.sync.read(heatmap({ title: "x", data: [-1, 1], plane, extent: 1 }));
  const at = (x: number, y: number) => [...data.subarray((y * width + x) * 4, (y * width + x) * 4 + 3)];
  expect([at(60, 50), at(150, 50)]).toEqual([
    [5, 48, 97],
    [103, 0, 31],
  ]);
});

test("models are named as folders, addresses, paths of the app's server, or hub ids", () => {
  const place = { folder: process.cwd(), baseURL: "http://localhost:1/app/" };
  expect(modelPlace("./weights/tiny", place)).toMatchObject({ kind: "disk" });
  expect(modelPlace("weights/tiny", place)).toMatchObject({ kind: "disk" });
  expect(modelPlace("openai-community/gpt2", place)).toEqual({ kind: "hub", id: "openai-community/gpt2" });
  expect(modelPlace("/models/x", place)).toEqual({ kind: "url", url: "http://localhost:1/models/x/" });
  expect(modelPlace("https://a.b/c", place)).toEqual({ kind: "url", url: "https://a.b/c/" });
  expect(() => modelPlace("./nowhere", place)).toThrow(/Looked for: the folder .*nowhere/);
  expect(() => modelPlace("", place)).toThrow(/No model is named/);
});

test("launch options keep what was given, and one list of features", () => {
  const { args, executablePath } = webgpu(
    { adapter: "software" },
    { executablePath: "/my/chrome", args: ["--enable-features=Mine", "--mute-audio"] },
  );
  expect(executablePath).toBe("/my/chrome");
  expect(args?.filter((arg) => arg.startsWith("--enable-features"))).toEqual(["--enable-features=Vulkan,Mine"]);
  expect(args).toEqual(expect.arrayContaining(["--use-webgpu-adapter=swiftshader", "--mute-audio"]));
});
