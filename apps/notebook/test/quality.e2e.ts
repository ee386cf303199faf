/** The page as a page: quick to answer, still while it loads, readable on a phone, and by those who hear it. */
import { expect, test } from "@playwright/test";
import { serious } from "./axe.ts";
import { open, SITE, settled } from "./page.ts";

for (const [name, viewport, colorScheme] of [
  ["at a desk, light", { width: 1280, height: 860 }, "light"],
  ["on a phone, dark", { width: 390, height: 844 }, "dark"],
] as const) {
  test(`${name}: nothing moves while the model loads, axe finds nothing serious, nothing is wider than the page`, async ({
    browser,
  }) => {
    const page = await (await browser.newContext({ viewport, colorScheme })).newPage();
    await page.addInitScript(() => {
      const shifts: number[] = [];
      Object.assign(globalThis, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) shifts.push((entry as unknown as { value: number }).value);
      }).observe({ type: "layout-shift", buffered: true });
    });
    await open(page, { hash: "#gallery/first-trace" });
    const shifts = await page.evaluate(() => (globalThis as unknown as { shifts: number[] }).shifts);
    expect(shifts.reduce((sum, shift) => sum + shift, 0)).toBeLessThan(0.01);
    await page.keyboard.press("ControlOrMeta+Shift+Enter");
    await settled(page, 7);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(viewport.width);
    expect(await serious(page)).toEqual([]);
    for (const dialog of ["Keys and help", "Share by a link…", "What code may reach…"]) {
      await page.keyboard.press("ControlOrMeta+Shift+P");
      await page.keyboard.type(dialog);
      await page.keyboard.press("Enter");
      await expect(page.getByRole("dialog")).toBeVisible();
      expect(await serious(page), dialog).toEqual([]);
      await page.keyboard.press("Escape");
      await expect(page.getByRole("dialog")).toHaveCount(0);
    }
    await page.context().close();
  });
}

test("the first key is answered soon after the page is asked for", async ({ browser }) => {
  const page = await (await browser.newContext()).newPage();
  // Once, so that no file is read from the disk for the first time.
  await open(page, { backend: "cpu" });
  const context = await browser.newContext();
  const fresh = await context.newPage();
  const began = Date.now();
  await fresh.goto(`${SITE}?backend=cpu&tour=no`, { waitUntil: "commit" });
  await fresh.locator(".nb-cell").first().waitFor();
  await fresh.keyboard.press("j");
  await expect(fresh.locator(".nb-cell").nth(1)).toHaveAttribute("data-active", "true");
  // Told, not asserted: how long is the machine's affair.
  console.log(`notebook: the first key was answered after ${Date.now() - began} ms`);
  await context.close();
  await page.context().close();
});
