/** The built site after its first visit: whole without a network, in a folder of its own, until the reader takes a newer one. */
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { join, relative, sep } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { folderHandler } from "../../../scripts/serveFolder.mjs";
import { buildSite, SITE } from "../site.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Not the root: all addresses are relative to the page. */
const FOLDER = "/some/folder/";
const isolated = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

test.use({ serviceWorkers: "allow" });

let server: Server;
let address: string;
/** Files that a newer version of the site has otherwise. */
const newer = new Map<string, string>();

test.beforeAll(async () => {
  test.setTimeout(180_000);
  await buildSite();
});

test.beforeEach(async () => {
  newer.clear();
  const files = folderHandler(SITE, isolated);
  server = createServer((request, response) => {
    const path = request.url?.startsWith(FOLDER) ? request.url.slice(FOLDER.length - 1) : undefined;
    if (path === undefined) {
      response.writeHead(404).end();
      return;
    }
    request.url = path;
    const name = new URL(path, "http://localhost").pathname.replace(/\/$/, "/index.html");
    const text = newer.get(name);
    if (text === undefined) return files(request, response);
    const type = name.endsWith(".html") ? "text/html" : "text/javascript";
    response.writeHead(200, { "Content-Type": type, ...isolated }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  address = `http://localhost:${(server.address() as AddressInfo).port}${FOLDER}`;
});

test.afterEach(closeServer);

async function closeServer(): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}

/** Until the whole of it is kept. */
async function visit(page: Page, query = "?tour=no"): Promise<void> {
  await page.goto(address + query);
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
}

test("one visit keeps every file of the site", async ({ page }) => {
  await visit(page);
  const files = readdirSync(SITE, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
    .map(({ parentPath, name }) => relative(SITE, join(parentPath, name)).replaceAll(sep, "/"));
  expect(files).toContain("weights/tiny/model.safetensors");
  const missing = await page.evaluate(async (files) => {
    const kept = await Promise.all(files.map((file) => caches.match(file, { ignoreSearch: true })));
    return files.filter((_, i) => !kept[i]?.ok);
  }, files);
  // The browser keeps the service worker itself.
  expect(missing).toEqual(["sw.js"]);
});

test("after one visit it opens, runs and completes without a network", async ({ page }) => {
  test.setTimeout(120_000);
  await visit(page);
  await closeServer();
  await expect(page.request.get(address)).rejects.toThrow("ECONNREFUSED");
  await page.reload();
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);

  const title = page.getByRole("textbox", { name: "Title of the notebook" });
  await expect(title).toHaveValue("A first trace");
  const cell = page.getByRole("region", { name: /^Code cell/ }).first();
  await cell.getByRole("button", { name: "Run cell" }).click();
  await expect(cell.locator(".nb-outputs")).toContainText("Paris", { timeout: 90_000 });

  await cell.locator(".cm-content").click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("\nmodel.transfor");
  await expect(page.getByRole("option", { name: "transformer" })).toBeVisible();

  // Another page of the gallery, by an address that was never visited.
  await page.goto(`${address}?tour=no&backend=wasm#gallery/batching`);
  await expect(title).toHaveValue(/batch/i);
});

test("a newer version waits until the reader takes it", async ({ page }) => {
  await visit(page);
  const html = readFileSync(join(SITE, "index.html"), "utf8");
  newer.set("/index.html", html.replace("<html", '<html data-version="newer"'));
  const listed = readFileSync(join(SITE, "sw.js"), "utf8");
  const revised = listed.replace(/(url:"index\.html",revision:")[^"]*/, "$1newer");
  expect(revised).not.toBe(listed);
  newer.set("/sw.js", revised);

  await page.reload();
  const notice = page.getByRole("status").filter({ hasText: "A new version is here" });
  await expect(notice).toBeVisible();
  await expect(page.locator("html")).not.toHaveAttribute("data-version");
  await page.addScriptTag({ content: axe });
  const violations = await page.evaluate(async () => {
    const { violations } = await (globalThis as never as { axe: typeof import("axe-core") }).axe.run(document);
    return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
  });
  expect(violations).toEqual([]);

  // What was just written goes over, before it has kept itself.
  const text = page.locator(".cm-content").first();
  await text.click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type(" // mine");
  await notice.getByRole("button", { name: "Reload" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-version", "newer");
  await expect(text).toContainText("// mine");
  const kept = () => page.evaluate(async () => (await caches.match("index.html", { ignoreSearch: true }))?.text());
  await expect.poll(kept).toContain('data-version="newer"');
  await expect(notice).toBeHidden();
});

test("where the dev server takes its address, the built page gives way", async ({ page }) => {
  await visit(page);
  newer.set("/index.html", "<!doctype html><title>From the sources</title>");
  newer.set("/sw.js", readFileSync(new URL("../forgetBuilt.js", import.meta.url), "utf8"));
  await page.reload();
  await expect(page).toHaveTitle("From the sources");
  expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
  expect(await page.evaluate(async () => (await caches.keys()).filter((name) => /precache/.test(name)))).toEqual([]);
});

test("the manifest is one by which a browser installs the page", async ({ page }) => {
  await page.goto(`${address}?tour=no`);
  const link = await page.locator('link[rel="manifest"]').evaluate((link) => (link as HTMLLinkElement).href);
  const answer = await page.request.get(link);
  expect(answer.headers()["content-type"]).toBe("application/manifest+json");
  const manifest = await answer.json();
  expect(manifest).toMatchObject({ name: "insitu", start_url: "./", scope: "./", display: "standalone" });
  const sizes = await page.evaluate(
    async ({ icons, link }) =>
      Promise.all(
        icons.map(async ({ src }) => {
          const image = new Image();
          image.src = new URL(src, link).href;
          await image.decode();
          return `${image.naturalWidth}x${image.naturalHeight}`;
        }),
      ),
    { icons: manifest.icons as { src: string }[], link },
  );
  const said: string[] = manifest.icons.map(({ sizes }: { sizes: string }) => (sizes === "any" ? "512x512" : sizes));
  expect(sizes).toEqual(said);
  expect(said).toEqual(["192x192", "512x512", "512x512", "512x512"]);
  const cdp = await page.context().newCDPSession(page);
  // A test's browser is always a private window.
  const { installabilityErrors } = await cdp.send("Page.getInstallabilityErrors");
  expect(installabilityErrors.map(({ errorId }) => errorId)).toEqual(["in-incognito"]);
  expect((await cdp.send("Page.getAppManifest")).errors).toEqual([]);
});
