/** Every notebook of the gallery runs to its end on the cpu, with the sandbox's own parts, and gives what it says. */
import { readdirSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { gallery } from "../src/gallery/gallery.ts";
import { pictureOf } from "../src/gallery/picture.ts";
import { fromFile } from "../src/notebook/fileFormat.ts";
import { differs } from "./gallery/expectation.ts";
import { expectations } from "./gallery/expectations.ts";
import { pictureIn } from "./gallery/pictures.ts";
import { runCells } from "./gallery/runCells.ts";

test("the list has every notebook of the folder, with what its front matter says", async () => {
  const files = readdirSync(new URL("../src/gallery", import.meta.url)).filter((name) => name.endsWith(".md"));
  expect(gallery.map(({ slug }) => `${slug}.md`).sort()).toEqual(files.sort());
  for (const { slug, title, summary, minutes, load } of gallery) {
    const front = `---\ntitle: ${title}\nsummary: ${summary}\nminutes: ${minutes}\n---\n`;
    expect((await load()).startsWith(front), slug).toBe(true);
  }
});

/** As the notebooks gave them. */
const pictures: Record<string, ReturnType<typeof pictureIn>> = {};

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
  pictures[slug] = pictureIn(shown, slug);
});

test("the cards' pictures are the notebooks' own numbers", () => {
  if (process.env["INSITU_WRITE_PICTURES"]) {
    const texts = Object.entries(pictures).map(([slug, { kind, rows }]) => [
      slug,
      { kind, rows: rows.map((row) => row.join(" ")) },
    ]);
    const file = new URL("../src/gallery/pictures.json", import.meta.url);
    writeFileSync(file, `${JSON.stringify(Object.fromEntries(texts), null, 2)}\n`);
    return;
  }
  for (const { slug } of gallery) {
    const { kind, rows } = pictures[slug]!;
    const drawn = pictureOf(slug)!;
    expect([drawn.kind, drawn.rows.length], slug).toEqual([kind, rows.length]);
    for (const [y, row] of rows.entries())
      for (const [x, percent] of row.entries())
        expect(Math.abs(100 * drawn.rows[y]![x]! - percent), `${slug}, row ${y}, column ${x}`).toBeLessThan(1.5);
  }
});
