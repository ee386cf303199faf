/** Draws the installed page's icons, `public/icon-*.png`, from `public/icon.svg`: `node apps/notebook/icons.mjs`. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright";
import { chromiumLaunch } from "../../scripts/chromium.mjs";

const HERE = fileURLToPath(new URL("public/", import.meta.url));

/** `mark`: the drawing's share of the width; a maskable icon's outer tenth may be cut off, corners and all. */
const ICONS = [
  { file: "icon-192.png", size: 192, mark: 0.64, corner: "22%" },
  { file: "icon-512.png", size: 512, mark: 0.64, corner: "22%" },
  { file: "icon-maskable-512.png", size: 512, mark: 0.5, corner: "0" },
];

const drawing = `data:image/svg+xml;base64,${readFileSync(`${HERE}icon.svg`).toString("base64")}`;
const browser = await chromium.launch(chromiumLaunch());
try {
  for (const { file, size, mark, corner } of ICONS) {
    const page = await browser.newPage({ viewport: { width: size, height: size }, colorScheme: "light" });
    const style = `height:100vh;display:grid;place-items:center;background:#fff;border-radius:${corner}`;
    await page.setContent(
      `<body style="margin:0"><div style="${style}"><img src="${drawing}" width="${size * mark}" height="${size * mark}"></div>`,
    );
    await page.locator("img").evaluate((img) => img.decode());
    await page.screenshot({ path: `${HERE}${file}`, omitBackground: true });
    await page.close();
  }
} finally {
  await browser.close();
}
