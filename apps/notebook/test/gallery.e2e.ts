/** Every notebook of the gallery, whole, in the page on WebGPU. */
import { expect, test } from "@playwright/test";
import { gallery } from "../src/gallery/gallery.ts";
import { serious } from "./axe.ts";
import { differs } from "./gallery/expectation.ts";
import { expectations } from "./gallery/expectations.ts";
import { codeCells, open, settled } from "./page.ts";

const DESK = { width: 1280, height: 860 };

/** A whole notebook on a software adapter, in milliseconds. */
const WHOLE = 30_000;

test("each runs to its end in under half a minute, and gives the numbers that it says", async ({ page }) => {
  test.setTimeout(300_000);
  await page.setViewportSize(DESK);
  await open(page, { hash: `#gallery/${gallery[0]!.slug}` });
  const device = await page.evaluate(() => globalThis.insitu.models.getState().device);
  console.log(`notebook: ${device?.backend}, ${device?.adapter}`);
  expect(device?.backend).toBe("webgpu");
  for (const { slug, title } of gallery) {
    await page.evaluate((slug) => {
      location.hash = `#gallery/${slug}`;
    }, slug);
    await expect(page.getByRole("textbox", { name: "Title of the notebook" })).toHaveValue(title);
    const began = Date.now();
    await page.keyboard.press("ControlOrMeta+Shift+Enter");
    const count = (await codeCells(page)).length;
    expect(count).toBeGreaterThan(3);
    await settled(page, count);
    const took = Date.now() - began;
    const cells = await codeCells(page);
    expect(cells.map(({ run }) => run?.outputs.find(({ kind }) => kind === "error"))).toEqual(
      cells.map(() => undefined),
    );
    expect(cells.every(({ run }) => run?.state === "done" && !run.stale)).toBe(true);
    const shown = cells.map(({ run }) => [...(run?.outputs ?? [])]);
    const wrong = expectations[slug]!.flatMap((one) => {
      const there = differs(shown, one);
      return there === undefined ? [] : [`${slug}: ${JSON.stringify(one)}\n  there is ${there}`];
    });
    expect(wrong.join("\n")).toBe("");
    expect(took).toBeLessThan(WHOLE);
    // Each output is drawn: a picture, a table, a text.
    await expect(page.getByText("cannot be shown")).toHaveCount(0);
    // On a phone and on a tablet all of it is within the page's width.
    for (const width of [390, 820]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth), `${slug} at ${width}`).toBe(width);
    }
    await page.setViewportSize(DESK);
    expect(await serious(page), slug).toEqual([]);
    console.log(`${slug}: ${expectations[slug]!.length} figures, ${count} cells in ${(took / 1000).toFixed(1)} s`);
  }
});
