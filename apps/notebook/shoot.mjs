/**
 * `node apps/notebook/shoot.mjs [FOLDER] [NAME…]`: pictures of the notebook, at a desk and on a phone, light and dark; those of
 * the documentation into `docs/pictures` unless another folder is given.
 */
import { mkdirSync } from "node:fs";
import { createServer } from "node:http";
import { chromium } from "playwright";
import { chromiumLaunch } from "../../scripts/chromium.mjs";
import { folderHandler } from "../../scripts/serveFolder.mjs";
import { buildSite, SITE } from "./site.mjs";

const [folder = "docs/pictures", ...wanted] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
await buildSite();
const isolated = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };
const server = createServer(folderHandler(SITE, isolated));
await new Promise((resolve) => server.listen(0, "localhost", resolve));
const base = `http://localhost:${server.address().port}/`;
const browser = await chromium.launch({ headless: true, ...chromiumLaunch() });

const DESK = { width: 1280, height: 860 };
const PHONE = { width: 390, height: 844 };

/** Each with its viewport, its theme, the notebook that it shows, and what is done there before. */
const PICTURES = {
  notebook: { ...DESK, theme: "light", slug: "first-trace", at: 3 },
  "notebook-dark": { ...DESK, theme: "dark", slug: "first-trace", at: 3 },
  "notebook-sweep": { ...DESK, theme: "light", slug: "activation-patching", at: 4 },
  "notebook-sweep-dark": { ...DESK, theme: "dark", slug: "activation-patching", at: 4 },
  "notebook-phone": { ...PHONE, theme: "light", slug: "first-trace", at: 1 },
  "notebook-phone-dark": { ...PHONE, theme: "dark", slug: "first-trace", at: 5 },
  "notebook-share": {
    ...DESK,
    theme: "light",
    slug: "first-trace",
    press: ["ControlOrMeta+Shift+P", "Share by a link", "Enter"],
  },
  "notebook-untrusted": { ...DESK, theme: "light", slug: "first-trace", link: true },
  "notebook-error": {
    ...DESK,
    theme: "light",
    slug: "first-trace",
    code: 'const { hidden } = await model.trace("The Eiffel Tower", () => {\n  const block = model.transformer.h[1];\n  return { hidden: block.output.at(":, 9").save() };\n});',
  },
  "notebook-tour": { ...DESK, theme: "light", slug: "first-trace", first: true },
};

for (const [name, picture] of Object.entries(PICTURES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  await shoot(name, picture);
  console.log(`${folder}/${name}.png`);
}
await browser.close();
server.close();
server.closeAllConnections();

async function shoot(name, { width, height, theme, slug, at, first, press, link, code }) {
  const deviceScaleFactor = width < 600 ? 2 : 1;
  const page = await browser.newPage({ viewport: { width, height }, colorScheme: theme, deviceScaleFactor });
  await page.goto(`${base}?backend=webgpu${first ? "" : "&tour=no"}#gallery/${slug}`);
  await page.waitForFunction(() => globalThis.insitu?.models.getState().status === "ready", undefined, {
    timeout: 60_000,
  });
  if (at !== undefined) {
    await page.evaluate(() => globalThis.insitu.session.runAll());
    await page.waitForFunction(
      () => {
        const { notebook, runs } = globalThis.insitu.session.getState();
        return notebook.cells.every(({ id, kind }) => kind !== "code" || /done|error/.test(runs.get(id)?.state));
      },
      undefined,
      { timeout: 60_000 },
    );
    const cell = page.locator('.nb-cell[data-kind="code"]').nth(at);
    await cell.scrollIntoViewIfNeeded();
    await cell.evaluate((element) => scrollTo(0, element.getBoundingClientRect().top + scrollY - 120));
  }
  for (const keys of press ?? []) {
    if (/[+]|^Enter$/.test(keys)) await page.keyboard.press(keys);
    else await page.keyboard.type(keys);
    await page.waitForTimeout(400);
  }
  if (link) {
    await page.keyboard.press("ControlOrMeta+Shift+P");
    await page.keyboard.type("Share by a link");
    await page.keyboard.press("Enter");
    const field = page.getByRole("textbox", { name: "Link to this notebook" });
    await page.waitForFunction((input) => input.value.includes("#n="), await field.elementHandle());
    await page.goto((await field.inputValue()).replace("#", "?backend=webgpu&tour=no&linked#"));
    await page.getByText("Nothing has run.").waitFor();
  }
  if (code) {
    await page.evaluate((code) => {
      const { session } = globalThis.insitu;
      session.run([session.insert(2, "code", code)]);
    }, code);
    await page.getByRole("alert").first().waitFor();
  }
  // What comes into view draws itself.
  await page.waitForTimeout(1500);
  await page.screenshot({ path: `${folder}/${name}.png` });
  await page.close();
}
