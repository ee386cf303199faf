/** `node apps/stories/shoot.mjs FOLDER [STORY…]`: pictures of stories, light and dark, wide and narrow. */
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright";
import { createServer } from "vite";
import { chromiumLaunch } from "../../scripts/chromium.mjs";

const [folder = "apps/stories/dist", ...wanted] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const root = fileURLToPath(new URL("../../", import.meta.url));
const server = await createServer({
  root,
  configFile: `${root}vite.config.ts`,
  logLevel: "error",
  server: { port: 0, hmr: false, watch: null },
});
await server.listen();
const browser = await chromium.launch({ headless: true, ...chromiumLaunch() });
try {
  for (const [width, size] of [
    [760, "wide"],
    [380, "phone"],
  ]) {
    const page = await browser.newPage({ viewport: { width, height: 600 }, deviceScaleFactor: 2 });
    const address = `${server.resolvedUrls.local[0]}apps/stories/index.html`;
    for (const theme of ["light", "dark"]) {
      for (const story of wanted.length > 0 ? wanted : [""]) {
        await page.goto(`${address}?theme=${theme}${story && `&story=${story}`}`);
        await page.waitForSelector(".insitu");
        const height = await page.evaluate(() => document.documentElement.scrollHeight);
        for (let top = 0; top < height; top += 500) {
          await page.evaluate((y) => scrollTo(0, y), top);
          // A moment to be seen, and begin.
          await page.waitForTimeout(250);
          await page.waitForFunction(
            () => !document.querySelector('.insitu[aria-busy="true"]:not(.insitu-loading)'),
            undefined,
            { timeout: 60_000 },
          );
        }
        await page.evaluate(() => scrollTo(0, 0));
        await page.screenshot({ path: `${folder}/${story || "all"}-${size}-${theme}.png`, fullPage: true });
      }
    }
    await page.close();
  }
} finally {
  await browser.close();
  await server.close();
}
