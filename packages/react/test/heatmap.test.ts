/** What a heat map makes of a tensor, before it is drawn. */
import { labelled } from "@insitu/analysis";
import { ArgumentError, Tensor } from "insitu";
import { expect, test } from "vitest";
import { moved } from "../src/tensorHeatmap/cellPlace.ts";
import { extentOf } from "../src/tensorHeatmap/extent.ts";
import { heatmapTensor } from "../src/tensorHeatmap/heatmapTensor.ts";
import { defaultAxes, heatmapView } from "../src/tensorHeatmap/heatmapView.ts";
import { reduceView } from "../src/tensorHeatmap/reduceView.ts";

function finished<T>(work: Generator<void, T>): T {
  let step = work.next();
  while (!step.done) step = work.next();
  return step.value;
}

const counting = (...shape: number[]) =>
  new Tensor(
    shape,
    "float32",
    Float32Array.from({ length: shape.reduce((n, d) => n * d, 1) }, (_, i) => i),
  );

test("tensors, labelled results, nested and typed arrays, a number", () => {
  expect(heatmapTensor(counting(2, 3))).toMatchObject({ shape: [2, 3], dtype: "float32", name: undefined });
  const axes = [{ name: "layer", labels: ["L0", "L1"] }];
  expect(heatmapTensor(labelled("effect", axes, [1, 2]))).toMatchObject({
    name: "effect",
    axes: [{ name: "layer", labels: ["L0", "L1"], size: 2 }],
  });
  expect(heatmapTensor([[[1, 2]], [[3, 4]]])).toMatchObject({ shape: [2, 1, 2], data: Float64Array.of(1, 2, 3, 4) });
  expect(heatmapTensor(Int32Array.of(1, 2))).toMatchObject({ shape: [2], dtype: "int32" });
  expect(heatmapTensor(3)).toMatchObject({ shape: [] });
  expect(heatmapTensor([])).toMatchObject({ shape: [0] });
});

test("what is no tensor says what it is", () => {
  expect(() => heatmapTensor([[1, 2], [3]])).toThrow("there is a list of 1 where the first has a list of 2");
  expect(() => heatmapTensor([1, "2"] as never)).toThrow("there is 2 where the first has a number");
  expect(() => heatmapTensor("text" as never)).toThrow(ArgumentError);
  expect(() => heatmapTensor(null as never)).toThrow("cannot draw null");
});

test("any two axes, the others where they stand", () => {
  const tensor = heatmapTensor(counting(2, 3, 4));
  const view = heatmapView(tensor, [2, 0], [0, 1, 0]);
  expect([view.rows.size, view.columns.size]).toEqual([4, 2]);
  expect(view.value(3, 1)).toBe(counting(2, 3, 4).at(1, 1, 3).item());
  expect(view.index(3, 1)).toEqual([1, 1, 3]);
  // A place past an axis's end is its last.
  expect(heatmapView(tensor, [1, 2], [9, 0, 0]).value(0, 0)).toBe(12);
  expect(() => heatmapView(tensor, [1, 1], [])).toThrow("both axis 1");
  expect(() => heatmapView(tensor, [1, 3], [])).toThrow("no axis 3");
  expect(() => heatmapView(tensor, [1, 2], [], { x: { labels: ["a"] } })).toThrow("1 labels for 4 places");
});

test("drawn at first are the last two axes longer than 1", () => {
  expect(defaultAxes([1, 12, 8, 8])).toEqual([2, 3]);
  expect(defaultAxes([12, 8, 1])).toEqual([0, 1]);
  expect(defaultAxes([1, 8])).toEqual([0, 1]);
  expect(defaultAxes([1, 8, 1])).toEqual([1, 2]);
  expect(defaultAxes([8])).toEqual([undefined, 0]);
  expect(defaultAxes([])).toEqual([undefined, undefined]);
});

test("as many numbers as there are dots: the furthest from 0 of each, above it what is no number", () => {
  const data = Float32Array.from({ length: 100 * 200 }, (_, i) => (i % 7) / 10);
  data[33 * 200 + 71] = -5;
  data[70 * 200 + 10] = Number.NaN;
  data[70 * 200 + 11] = 3;
  data[90 * 200 + 190] = -1e30;
  const view = heatmapView(heatmapTensor(new Tensor([100, 200], "float32", data)), [0, 1], []);
  const grid = finished(reduceView(view, 10, 20));
  expect([grid.rows, grid.columns]).toEqual([10, 20]);
  expect(grid.values[3 * 20 + 7]).toBe(-5);
  expect(grid.values[7 * 20 + 1]).toBeNaN();
  expect(grid.values[9 * 20 + 19]).toBeCloseTo(0.6);
  expect(grid.values.filter((x) => Math.abs(x - 0.6) < 1e-6).length).toBe(198);
  // With more dots than numbers they are as they were.
  expect([...finished(reduceView(view, 400, 400)).values]).toEqual([...data]);
});

test("what lies in it: the ends of what has a colour, and how many have none", () => {
  expect(finished(extentOf([1, -2, Number.NaN, Number.NEGATIVE_INFINITY, -1e30]))).toEqual({
    min: -2,
    max: 1,
    broken: 2,
    masked: 1,
  });
  expect(finished(extentOf([Number.NaN]))).toEqual({ min: 0, max: 0, broken: 1, masked: 0 });
});

test("keys lead about and not out", () => {
  const key = (key: string, ctrlKey = false) => ({ key, ctrlKey, metaKey: false, altKey: false });
  const go = (name: string, ctrl = false) => moved({ row: 1, column: 2 }, key(name, ctrl), 30, 4);
  expect(go("ArrowRight")).toEqual({ row: 1, column: 3 });
  expect(go("ArrowUp")).toEqual({ row: 0, column: 2 });
  expect(go("Home")).toEqual({ row: 1, column: 0 });
  expect(go("End")).toEqual({ row: 1, column: 3 });
  expect(go("End", true)).toEqual({ row: 29, column: 3 });
  expect(go("PageDown")).toEqual({ row: 11, column: 2 });
  expect(go("PageUp")).toEqual({ row: 0, column: 2 });
  expect(go("ArrowLeft", true)).toBeUndefined();
  expect(go("a")).toBeUndefined();
  expect(moved(null, key("End"), 3, 3)).toEqual({ row: 0, column: 0 });
});
