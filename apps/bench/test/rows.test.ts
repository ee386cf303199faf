import { expect, test } from "vitest";
import { differentIds, disagreement, relativeError } from "../src/agreement.ts";
import { float, int, message, text } from "../src/onnx/protobuf.ts";
import { atLeast, atMost, failed, measured } from "../src/row.ts";
import { alternate, median, ratio } from "../src/samples.ts";

test("a row passes by its bar, and not where its contestants disagree", () => {
  expect(measured("a", "×", 1, atMost(1))).toMatchObject({ bar: "<= 1", pass: true });
  expect(measured("a", "×", 1.9, atLeast(2))).toMatchObject({ bar: ">= 2", pass: false });
  expect(measured("a", "×", Number.NaN, atMost(2)).pass).toBe(false);
  expect(measured("a", "×", 1, null).pass).toBeNull();
  expect(measured("a", "×", 1, atMost(1), { wrong: "b" })).toMatchObject({ pass: false, note: "does not count: b" });
  expect(failed("a", "×", atMost(1), "not there")).toMatchObject({ value: null, pass: false });
});

test("agreement is relative to the greatest value, and NaN is none", () => {
  expect(relativeError([1, 100.1], [1, 100])).toBeCloseTo(1e-3);
  expect(disagreement("a", [1, 2], [1, 2])).toBeUndefined();
  for (const other of [[1], [1, Number.NaN], [Number.NaN, 2], [1, 3]]) {
    expect(disagreement("a", other, [1, 2])).toContain("a differs");
  }
  expect(differentIds("a", [1, 2], [1, 2])).toBeUndefined();
  expect(differentIds("a", [1, 3], [1, 2])).toBe("a differs at token 1");
  expect(differentIds("a", [1, 2, 3], [1, 2])).toBe("a differs at token 2");
});

test("contestants take turns; ratios are of the medians", async () => {
  const turns: string[] = [];
  const samples = await alternate({ a: async () => turns.push("a"), b: async () => turns.push("b") }, 2);
  expect(turns.join("")).toBe("ababab");
  expect(samples.a).toHaveLength(2);
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(ratio([2, 4, 9], [1, 2, 3])).toEqual({ value: 2, min: 2, max: 3 });
});

test("protocol buffers' own examples", () => {
  expect([...int(1, 150)]).toEqual([0x08, 0x96, 0x01]);
  expect([...text(2, "testing")]).toEqual([0x12, 0x07, ...new TextEncoder().encode("testing")]);
  expect([...message(3, [int(1, 150)])]).toEqual([0x1a, 0x03, 0x08, 0x96, 0x01]);
  expect([...int(1, -1)]).toEqual([0x08, ...new Array(9).fill(0xff), 0x01]);
  expect([...float(2, 1)]).toEqual([0x15, 0, 0, 0x80, 0x3f]);
});
