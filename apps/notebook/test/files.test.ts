/** Notebooks as files and links: nothing is lost on the way, and what is none says so. */
import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import fc from "fast-check";
import { expect, test } from "vitest";
import { fromFile, toFile } from "../src/notebook/fileFormat.ts";
import { fromIpynb, toIpynb } from "../src/notebook/ipynb.ts";
import { fromLink, toLink } from "../src/notebook/link.ts";
import { type Notebook, newCell } from "../src/notebook/notebook.ts";
import { NotebookError } from "../src/notebook/notebookError.ts";

/** Lines that are something in a file, and letters. */
const line = fc.oneof(
  fc.constantFrom(
    "```",
    "```ts",
    "```js",
    "````",
    "```python",
    "<!-- cell -->",
    "\\```",
    "\\<!-- cell -->",
    "---",
    "",
    " ",
    "# A",
    "\\",
  ),
  fc.string({ unit: "grapheme", maxLength: 12 }).map((text) => text.replace(/[\r\n\0]/g, "")),
);
const source = fc.array(line, { maxLength: 8 }).map((lines) => lines.join("\n"));
const cell = fc.record({ kind: fc.constantFrom("code" as const, "markdown" as const), source });
const notebook = fc
  .record({ title: fc.string({ minLength: 1, maxLength: 20 }), cells: fc.array(cell, { maxLength: 6 }) })
  .map(({ title, cells }) => ({ id: "x", title, cells: cells.map(({ kind, source }) => newCell(kind, source)) }));

const bare = ({ title, cells }: Pick<Notebook, "title" | "cells">) => ({
  title,
  cells: cells.map(({ kind, source }) => ({ kind, source })),
});

test("a file gives back the notebook it was made of", () => {
  fc.assert(
    fc.property(notebook, (notebook) => {
      expect(bare(fromFile(toFile(notebook)))).toEqual(bare(notebook));
    }),
    { numRuns: 2000 },
  );
});

test("so does .ipynb", () => {
  fc.assert(
    fc.property(notebook, (notebook) => {
      expect(bare(fromIpynb(toIpynb(notebook)))).toEqual(bare(notebook));
    }),
  );
});

test("so does a link", async () => {
  await fc.assert(
    fc.asyncProperty(notebook, async (notebook) => {
      const { hash } = new URL(await toLink(notebook, "http://localhost/page#old"));
      expect(bare((await fromLink(hash))!)).toEqual(bare(notebook));
    }),
    { numRuns: 50 },
  );
});

/** Written for draft 4 of JSON Schema, of which it uses nothing that draft 7 reads otherwise. */
function nbformat() {
  const file = readFileSync(new URL("goldens/nbformat.v4.5.schema.json", import.meta.url), "utf8");
  const { $schema, ...schema } = JSON.parse(file);
  return new Ajv({ strict: false }).compile(schema);
}

test(".ipynb is what Jupyter's schema of nbformat 4.5 asks for", () => {
  const valid = nbformat();
  fc.assert(
    fc.property(notebook, (notebook) => {
      expect([valid(JSON.parse(toIpynb(notebook))), valid.errors]).toEqual([true, null]);
    }),
  );
  const one = JSON.parse(toIpynb({ title: "A", cells: [newCell("code", "1")] }));
  for (const broken of [
    { ...one, cells: [{ ...one.cells[0], id: "" }] },
    { ...one, cells: [{ ...one.cells[0], outputs: undefined }] },
    { ...one, nbformat: 5 },
  ])
    expect(valid(JSON.parse(JSON.stringify(broken)))).toBe(false);
});

test("a file reads as Markdown, and differs by lines", () => {
  const one = toFile({ title: "A", cells: [newCell("markdown", "# Hello\n\nText."), newCell("code", "1 + 1\n2")] });
  expect(one).toBe('---\ntitle: "A"\n---\n\n# Hello\n\nText.\n\n```ts\n1 + 1\n2\n```\n');
  const two = toFile({ title: "A", cells: [newCell("markdown", "# Hello\n\nText."), newCell("code", "1 + 3\n2")] });
  const [first, second] = [one.split("\n"), two.split("\n")];
  expect(first.filter((line, i) => line !== second[i])).toEqual(["1 + 1"]);
});

test("Markdown of anybody's is a notebook: its first heading is the title, its other fences stay prose", () => {
  const { title, cells } = fromFile("# Mine\n\n```python\nprint(1)\n```\n\n```ts\nconst a = 1;\n```\nafter\n", "file");
  expect(title).toBe("Mine");
  expect(cells.map(({ kind, source }) => [kind, source])).toEqual([
    ["markdown", "# Mine\n\n```python\nprint(1)\n```"],
    ["code", "const a = 1;"],
    ["markdown", "after"],
  ]);
  expect(fromFile("just text", "file").title).toBe("file");
});

test("a notebook of Jupyter's own, old ids and outputs and all", () => {
  const { title, cells } = fromIpynb(
    JSON.stringify({
      nbformat: 4,
      nbformat_minor: 2,
      metadata: { kernelspec: { name: "python3" } },
      cells: [
        { cell_type: "markdown", metadata: {}, source: ["# A\n", "b"] },
        { cell_type: "code", metadata: {}, execution_count: 3, outputs: [{ output_type: "stream" }], source: "1" },
        { cell_type: "raw", metadata: {}, source: [] },
      ],
    }),
    "mine.ipynb",
  );
  expect(title).toBe("mine");
  expect(cells.map(({ kind, source }) => [kind, source])).toEqual([
    ["markdown", "# A\nb"],
    ["code", "1"],
    ["markdown", ""],
  ]);
});

test.each([
  [
    "a fence without an end",
    () => fromFile("a\n```ts\nlet a\n", "x.md"),
    /x\.md has a fence without an end\. \(line 2\)/,
  ],
  ["bytes", () => fromFile("\0PNG", "x.md"), /x\.md is no text/],
  ["no JSON", () => fromIpynb("{", "x.ipynb"), /x\.ipynb is no JSON/],
  [
    "another version",
    () => fromIpynb('{"nbformat":3,"worksheets":[]}', "x.ipynb"),
    /no notebook of nbformat 4: nbformat/,
  ],
  [
    "a cell of no kind",
    () => fromIpynb('{"nbformat":4,"cells":[{"cell_type":"x","source":""}]}'),
    /cells\.0\.cell_type/,
  ],
])("%s is no notebook, and says why", (_, read, message) => {
  expect(read).toThrow(NotebookError);
  expect(read).toThrow(message);
});

test("a damaged link, and one that would fill the memory", async () => {
  expect(await fromLink("#gallery/x")).toBeUndefined();
  const { hash } = new URL(await toLink({ title: "A", cells: [newCell("code", "1 + 1")] }, "http://localhost/"));
  for (const wrong of [hash.slice(0, -4), `${hash}!`, "#n=AAAA", "#n=%00"])
    await expect(fromLink(wrong)).rejects.toThrow("The link's notebook is damaged.");
  const bomb = await toLink({ title: "A", cells: [newCell("code", "0".repeat(30_000_000))] }, "http://localhost/");
  expect(bomb.length).toBeLessThan(50_000);
  await expect(fromLink(new URL(bomb).hash)).rejects.toThrow("more than 2 MB");
});

test("the gallery's files are notebooks", () => {
  const file = readFileSync(new URL("../../../docs/notebook.md", import.meta.url), "utf8");
  expect(fromFile(file, "notebook").title).toBe("The notebook");
});
