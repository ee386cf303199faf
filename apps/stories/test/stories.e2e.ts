/** Every story, light and dark, wide and narrow: axe finds nothing, nothing overflows, nothing is logged. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, test } from "@playwright/test";

const STORIES = "/apps/stories/index.html";
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

test("every story passes axe, light and dark, and fits a phone", async ({ page }) => {
  test.setTimeout(300_000);
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  for (const theme of ["light", "dark"]) {
    await page.setViewportSize({ width: 1200, height: 800 });
    await page.goto(`${STORIES}?theme=${theme}`);
    await page.addScriptTag({ content: axe });
    for (const width of [1200, 380]) {
      await page.setViewportSize({ width, height: 800 });
      await settled(page);
      const found = await page.evaluate(async () => {
        const { violations } = await (globalThis as never as { axe: typeof import("axe-core") }).axe.run(document);
        return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(" | ")}`);
      });
      expect(found, `${theme}, ${width} wide`).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth), `${width} wide`).toBeLessThanOrEqual(
        width,
      );
    }
  }
  expect(errors).toEqual([]);
});

/** Scrolls through the page, so that all of it has been in view, and waits until nothing is busy. */
async function settled(page: import("@playwright/test").Page): Promise<void> {
  await page.waitForSelector(".insitu");
  for (let top = 0; top < (await page.evaluate(() => document.documentElement.scrollHeight)); top += 600) {
    await page.evaluate((y) => scrollTo(0, y), top);
    await page.waitForTimeout(50);
    await expect(page.locator('.insitu[aria-busy="true"]:not(.insitu-loading)')).toHaveCount(0);
  }
}
