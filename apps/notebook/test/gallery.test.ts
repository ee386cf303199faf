/** Every notebook of the gallery runs to its end on the cpu, with the sandbox's own parts, and gives what it says. */
import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { gallery } from "../src/gallery/gallery.ts";
import { fromFile } from "../src/notebook/fileFormat.ts";
import { differs } from "./gallery/expectation.ts";
import { expectations } from "./gallery/expectations.ts";
import { runCells } from "./gallery/runCells.ts";

test("the list has every notebook of the folder, with what its front matter says", async () => {
  const files = readdirSync(new URL("../src/gallery", import.meta.url)).filter((name) => name.endsWith(".md"));
  expect(gallery.map(({ slug }) => `${slug}.md`).sort()).toEqual(files.sort());
  for (const { slug, title, summary, minutes, load } of gallery) {
    const front = `---\ntitle: ${title}\nsummary: ${summary}\nminutes: ${minutes}\n---\n`;
    expect((await load()).startsWith(front), slug).toBe(true);
  }
});

test.each(gallery)("$slug", { timeout: 120_000 }, async ({ slug, load }) => {
  const { cells } = fromFile(await load());
  const shown = await runCells(cells.filter(({ kind }) => kind === "code").map(({ source }) => source));
  const expected = expectations[slug] ?? [];
  expect(expected.length).toBeGreaterThan(2);
  const wrong = expected.flatMap((one) => {
    const there = differs(shown, one);
    return there === undefined ? [] : [`${JSON.stringify(one)}\n  there is ${there}`];
  });
  expect(wrong.join("\n")).toBe("");
});
