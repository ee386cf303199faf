/** What is made of a result: by what it is, and never all of what is large. */
import { labelled } from "@insitu/analysis";
import { Tensor } from "insitu";
import { expect, test } from "vitest";
import { printed } from "../src/code/printValue.ts";
import { statsOf } from "../src/tracePlayground/numberResult.tsx";
import { resultView } from "../src/tracePlayground/resultView.ts";

const tensor = new Tensor([2, 2], "float32", new Float32Array([1, 2, 3, 4]));
const scores = labelled("score", [{ name: "layer", labels: ["a", "b"] }], [1, 2]);

test.each<[string, unknown, object]>([
  ["nothing", undefined, { kind: "nothing" }],
  ["a number", 3, { kind: "text", text: "3" }],
  ["a token", " Paris", { kind: "text", text: '" Paris"' }],
  ["lines of text", "a\nb", { kind: "text", text: "a\nb" }],
  ["null", null, { kind: "text", text: "null" }],
  ["plain data", { a: [1, "b"], c: null }, { kind: "text", text: '{ a: [1, "b"], c: null }' }],
  ["a tensor", tensor, { kind: "numbers", data: tensor }],
  ["a number's tensor", new Tensor([], "float32", new Float32Array([5])), { kind: "text", text: "5" }],
  ["a labelled result", scores, { kind: "numbers", data: scores }],
  [
    "rows of numbers",
    [
      [1, 2],
      [3, 4],
    ],
    { kind: "numbers" },
  ],
  ["rows of different lengths", [[1, 2], [3]], { kind: "text", text: "[[1, 2], [3]]" }],
  ["a few numbers", [1, 2, 3], { kind: "text", text: "[1, 2, 3]" }],
  ["many numbers", Array.from({ length: 100 }, (_, i) => i), { kind: "numbers" }],
  ["likely tokens", [{ id: 1, token: " a", logit: 0, probability: 1 }], { kind: "topTokens", more: 0 }],
  ["tokens", [" a", "b"], { kind: "tokens", tokens: [" a", "b"], more: 0 }],
  ["long texts", ["x".repeat(100)], { kind: "text" }],
  ["nothing in a list", [], { kind: "text", text: "[]" }],
])("%s", (_, value, view) => {
  expect(resultView(value)).toMatchObject(view);
});

test("several results by their names", () => {
  expect(resultView({ logits: tensor, note: "x", deeper: { scores } })).toMatchObject({
    kind: "named",
    entries: [
      { name: "logits", view: { kind: "numbers" } },
      { name: "note", view: { kind: "text", text: '"x"' } },
      { name: "deeper", view: { kind: "named", entries: [{ name: "scores", view: { kind: "numbers" } }] } },
    ],
  });
  expect(resultView(Array.from({ length: 20 }, () => tensor))).toMatchObject({ kind: "named", more: 4 });
});

test("of what is large the beginning, and soon", () => {
  const wide: unknown[] = Array.from({ length: 1e6 }, (_, i) => ({ i, text: "x".repeat(50) }));
  const began = performance.now();
  const view = resultView({ wide });
  expect(performance.now() - began).toBeLessThan(500);
  expect(view).toMatchObject({ kind: "text", note: "Cut: this is the beginning." });
  expect((view as { text: string }).text.length).toBeLessThan(20_000);
  const circular: Record<string, unknown> = {};
  circular["itself"] = circular;
  expect(printed(circular, 100).text).toBe("{ itself: [circular] }");
  expect(printed("x".repeat(1000), 100)).toMatchObject({ cut: true });
});

test("what lies in a tensor", () => {
  const work = statsOf([1, Number.NaN, 2, 6, Number.NEGATIVE_INFINITY]);
  let step = work.next();
  while (!step.done) step = work.next();
  expect(step.value).toEqual({ min: 1, mean: 3, max: 6, broken: 2 });
});
