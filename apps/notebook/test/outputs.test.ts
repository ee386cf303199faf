/** Outputs as they come from the sandbox and as they leave the page: nothing but what they should be. */
import { Labelled } from "@insitu/analysis";
import { describe, expect, test } from "vitest";
import { checkOutput } from "../src/outputs/checkOutput.ts";
import { codeOfPlace } from "../src/outputs/codeOfPlace.ts";
import { toCSV } from "../src/outputs/exports/csv.ts";
import { formatsOf } from "../src/outputs/exports/exportAs.ts";
import { toJSON } from "../src/outputs/exports/json.ts";
import { toNPY } from "../src/outputs/exports/npy.ts";
import { toSVG } from "../src/outputs/exports/svg.ts";
import { markdownHtml } from "../src/outputs/markdown.tsx";
import type { NumbersOutput, Output } from "../src/outputs/output.ts";
import { short, statisticsOf } from "../src/outputs/statistics.ts";
import { cut, panned, wholeOf, zoomed } from "../src/outputs/tensorWindow.ts";

const numbers = (more: object = {}) => ({
  kind: "numbers" as const,
  dtype: "float32" as const,
  shape: [2, 2],
  data: Float32Array.of(1, -2, 0.5, 4),
  ...more,
});

describe("what comes from the sandbox", () => {
  test("known fields are copied, others are not", () => {
    const sent = JSON.parse('{"kind":"text","text":"a","onclick":"x","__proto__":{"level":"warn"}}');
    const got = checkOutput(sent);
    expect(got).toEqual({ kind: "text", text: "a" });
    expect(got).not.toBe(sent);
    expect(Object.getPrototypeOf(got)).toBe(Object.prototype);
    expect(checkOutput(numbers({ html: "<b>" }))).toEqual({ ...numbers(), axes: undefined });
  });

  test.each([
    ["nothing", null],
    ["an unknown kind", { kind: "script", text: "" }],
    ["a kind from the prototype's names", { kind: "__proto__" }],
    ["another", { kind: "constructor" }],
    ["too few numbers", numbers({ data: new Float32Array(3) })],
    ["a list for an array", numbers({ data: [0, 0, 0, 0] })],
    ["something that says it is an array", numbers({ data: { length: 4, [Symbol.toStringTag]: "Float32Array" } })],
    ["an array of another dtype", numbers({ data: new Int32Array(4) })],
    ["a negative shape", numbers({ shape: [-2, -2] })],
    ["a pattern that is not square", { kind: "attention", shape: [1, 2, 3], data: new Float32Array(6) }],
    ["an address for a stream", { kind: "stream", id: 0, prompt: "", tokens: "https://", done: true }],
    ["a line before the first", { kind: "error", name: "E", message: "", line: 0 }],
    ["tabs without one", { kind: "tabs", tabs: [{ name: "a", output: {} }] }],
  ])("%s is refused", (_, sent) => {
    expect(checkOutput(sent)).toBeUndefined();
  });

  test("labels that do not fit are left out, not the numbers", () => {
    for (const axes of [[{}, { labels: ["a"] }], [{}]])
      expect(checkOutput(numbers({ axes }))).toEqual({ ...numbers(), axes: undefined });
    const fitting = [{ name: "layer" }, { labels: ["a", "b"] }];
    expect(checkOutput(numbers({ axes: fitting }))).toMatchObject({ axes: fitting });
  });

  test("nesting ends, an endless one too", () => {
    const tabs: { kind: string; tabs: unknown[] } = { kind: "tabs", tabs: [] };
    tabs.tabs.push({ name: "again", output: tabs });
    expect(checkOutput(tabs)).toBeUndefined();
  });

  test("long text is cut, and many large parts are as many as there is room for", () => {
    const long = checkOutput({ kind: "text", text: "x".repeat(2_000_000) });
    expect(long?.kind === "text" && long.text.length).toBe(200_002);
    const data = new Float32Array(25 * 2 ** 20);
    const part = { name: "a", output: numbers({ data, shape: [data.length] }) };
    const named = checkOutput({ kind: "named", entries: Array(7).fill(part), more: 0 });
    expect(named?.kind === "named" && named.entries.length).toBe(2);
    expect(checkOutput(numbers({ data: new Float32Array(33 * 2 ** 20), shape: [33 * 2 ** 20] }))).toBeUndefined();
  });
});

test("the code of a place has its index and its label, quoted", () => {
  const sweep = numbers({ axes: [{}, { labels: ['"a"', "b"] }], code: "f(«i0», «l1», «i7», «l0»)" }) as NumbersOutput;
  expect(codeOfPlace(sweep, [1, 0])).toBe('f(1, "\\"a\\"", «i7», "1")');
  expect(codeOfPlace(sweep, [2, 0])).toBeUndefined();
  expect(codeOfPlace(sweep, [1])).toBeUndefined();
});

test("statistics are of the numbers alone", () => {
  const data = Float32Array.of(1, 3, Number.NaN, Number.POSITIVE_INFINITY, -1e30);
  expect(statisticsOf(data)).toEqual({ min: 1, max: 3, mean: 2, std: 1, nan: 1, infinite: 1, masked: 1 });
  expect(statisticsOf(new Float32Array())).toBeUndefined();
  // Numbers far from 0 keep what differs among them.
  expect(statisticsOf(Float32Array.of(16777214, 16777216))?.std).toBe(1);
  expect([short(-0.00001234), short(123456), short(-2.5), short(0)]).toEqual(["−1.23e−5", "1.23e5", "−2.5", "0"]);
});

test("a window: closer about a place, moved, never beyond the ends, with the labels of the whole", () => {
  const shape = [2, 100, 400];
  const near = zoomed(wholeOf(shape), shape, [1, 2], 2, [0, 99, 10]);
  expect(near).toEqual([
    [0, 2],
    [50, 100],
    [0, 200],
  ]);
  expect(panned(near, shape, 2, 0.5)[2]).toEqual([100, 300]);
  expect(panned(near, shape, 1, 0.5)[1]).toEqual([50, 100]);
  expect(
    zoomed(
      [
        [0, 2],
        [50, 58],
        [0, 8],
      ],
      shape,
      [1, 2],
      2,
    ),
  ).toEqual([
    [0, 2],
    [50, 58],
    [0, 8],
  ]);
  const data = Float32Array.from({ length: 2 * 100 * 400 }, (_, i) => i);
  const part = cut({ kind: "numbers", dtype: "float32", shape, data }, [
    [1, 2],
    [50, 52],
    [100, 103],
  ]);
  expect(part).toBeInstanceOf(Labelled);
  const { axes, tensor } = part as Labelled;
  expect(tensor.shape).toEqual([1, 2, 3]);
  expect([...tensor.data]).toEqual([0, 1, 2, 400, 401, 402].map((i) => 40_000 + 20_000 + 100 + i));
  expect(axes.map(({ labels }) => labels)).toEqual([["1"], ["50", "51"], ["100", "101", "102"]]);
});

describe("taken out of the page", () => {
  test("CSV: a line for each number, quoted where it must be, and no formula", () => {
    const axes = [{ name: "layer" }, { name: "token", labels: [" a", '=b"'] }];
    const lines = ["layer,token,value", '0," a",1', `0,"'=b""",-2`, '1," a",0.5', `1,"'=b""",4`, ""];
    expect(toCSV(numbers({ axes }) as Output)).toBe(lines.join("\r\n"));
    expect(toCSV({ kind: "topTokens", tokens: [{ token: " a,b", id: 3, probability: 0.25, logit: -1.5 }] })).toBe(
      'token,id,probability,logit\r\n" a,b",3,0.25,-1.5\r\n',
    );
    const pattern: Output = { kind: "attention", shape: [1, 1, 1], data: Float32Array.of(1), tokens: ["x"] };
    expect(toCSV(pattern)).toBe("head,query,query token,key,key token,attention\r\n0,0,x,0,x,1\r\n");
  });

  test("JSON: nested as deep as the shape, what is no number as text", () => {
    const data = Float32Array.of(1, Number.NaN, Number.NEGATIVE_INFINITY, 4);
    expect(JSON.parse(toJSON(numbers({ data }) as Output))).toEqual({
      dtype: "float32",
      shape: [2, 2],
      data: [
        [1, "NaN"],
        ["-Infinity", 4],
      ],
    });
  });

  test("npy: the header of NumPy's specification, then the numbers", () => {
    const bytes = toNPY("float32", [2, 2], Float32Array.of(1, -2, 0.5, 4));
    expect([...bytes.slice(0, 10)]).toEqual([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0]);
    const header = new TextDecoder().decode(bytes.slice(10, 128));
    expect(header.trimEnd()).toBe("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }");
    expect(header.endsWith("\n")).toBe(true);
    expect([...new Float32Array(bytes.buffer.slice(128))]).toEqual([1, -2, 0.5, 4]);
    const long = toNPY("int32", Array(30).fill(1), Int32Array.of(7));
    expect((10 + (long[8]! | (long[9]! << 8))) % 64).toBe(0);
    expect(new TextDecoder().decode(toNPY("bool", [3], Uint8Array.of(0, 1, 1)))).toContain("'shape': (3,), }");
  });

  test("SVG: a square for each number in its colour, text as text", () => {
    const axes = [{ labels: ["<b>", "L1"] }, { labels: [" a", "b"] }];
    const svg = toSVG(numbers({ axes, name: "<script>" }) as Output)!;
    expect(svg.match(/<rect x=/g)).toHaveLength(4);
    // The largest of a scale that is white at 0: its far end.
    expect(svg).toContain('fill="rgb(21,44,87)"');
    expect(svg).not.toContain("<script>");
    expect(svg).not.toContain("<b>");
    expect(svg).toContain("·a");
    expect(toSVG(numbers({ data: new Float32Array(20_000), shape: [20_000] }) as Output)).toBeUndefined();
    expect(formatsOf({ kind: "html", html: "" })).toEqual([]);
  });
});

test("Markdown: no HTML, no scripts in links, no picture from afar", () => {
  expect(markdownHtml("<b>x</b>")).toContain("&lt;b&gt;");
  for (const address of [
    "javascript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "JaVaScRiPt:x",
    "//example.org/x",
    "file:///x",
  ])
    expect(markdownHtml(`[x](${address})`), address).not.toContain("<a");
  expect(markdownHtml("[x](https://example.org)")).toContain('rel="noopener noreferrer"');
  for (const address of ["https://example.org/a.png", "/a.png"])
    expect(markdownHtml(`![picture](${address})`), address).not.toContain("<img");
  expect(markdownHtml("![picture](data:image/png;base64,AAAA)")).toContain("<img");
});
