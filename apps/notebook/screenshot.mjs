/** A picture of the page with its first result: node apps/notebook/screenshot.mjs [--dark] [--width N] FILE */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "playwright";
import { createServer } from "vite";
import { chromiumLaunch } from "../../scripts/chromium.mjs";

const { values, positionals } = parseArgs({
  options: { dark: { type: "boolean", default: false }, width: { type: "string", default: "1280" } },
  allowPositionals: true,
});
const [file] = positionals;
if (!file) {
  console.error("Usage: node apps/notebook/screenshot.mjs [--dark] [--width N] FILE");
  process.exit(2);
}
const width = Number(values.width);
const root = fileURLToPath(new URL("../../", import.meta.url));
const server = await createServer({
  root,
  configFile: `${root}vite.config.ts`,
  logLevel: "error",
  server: { port: 0 },
});
await server.listen();
const browser = await chromium.launch({ headless: true, ...chromiumLaunch() });
try {
  const page = await browser.newPage({
    viewport: { width, height: width < 600 ? 844 : 800 },
    colorScheme: values.dark ? "dark" : "light",
  });
  await page.goto(`${server.resolvedUrls.local[0]}?backend=webgpu`);
  await page.getByText("Most likely after the edit").waitFor({ timeout: 120_000 });
  // The bars have grown and the memory is shown.
  await page.waitForTimeout(500);
  await page.screenshot({ path: file });
} finally {
  await browser.close();
  await server.close();
}
