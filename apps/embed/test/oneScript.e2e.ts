/** A static page, a plain server, one script tag. */
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { expect, test } from "@playwright/test";
import { STANDALONE } from "../../../packages/react/standalone.mjs";
import { buildPackages } from "../../../scripts/buildPackages.mjs";
import { folderHandler } from "../../../scripts/serveFolder.mjs";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const PAGE = `${ROOT}apps/embed/one-script`;

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const servers: ReturnType<typeof createServer>[] = [];

/** A server of these folders, and of a page. Gives its address. */
async function serve(folders: Record<string, Handler>, page: Handler = folderHandler(PAGE)): Promise<string> {
  const server = createServer((request, response) => {
    const path = Object.keys(folders).find((path) => request.url?.startsWith(path));
    if (!path) return page(request, response);
    request.url = request.url?.slice(path.length - 1);
    folders[path]?.(request, response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

const weights = folderHandler(`${ROOT}weights`);

test.beforeAll(async () => {
  test.setTimeout(300_000);
  await buildPackages();
});
test.afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

test("one script tag runs a model, one for two playgrounds, and fetches the editor only when it is seen", async ({
  page,
}) => {
  const address = await serve({ "/playground/": folderHandler(STANDALONE), "/weights/": weights });
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  const fetched: string[] = [];
  page.on("request", (request) => fetched.push(new URL(request.url()).pathname));
  await page.goto(`${address}/index.html`);
  await expect(page.getByText('" Paris"')).toBeVisible();
  await expect(page.getByText(/ms, webgpu: /)).toBeVisible();
  await page.getByRole("group", { name: "Its pattern" }).getByRole("button", { name: "Run" }).click();
  await expect(page.getByText("[3, 3] float32").first()).toBeVisible();
  expect(page.workers()).toHaveLength(1);
  expect(fetched.filter((path) => path.endsWith("model.safetensors"))).toHaveLength(1);
  expect(fetched.filter((path) => /codeMirror/.test(path))).toHaveLength(1);
  expect(errors).toEqual([]);
});

test("errors of the built script name the reader's line", async ({ page }) => {
  const html = `<!doctype html><script type="module" src="/playground/insitu-playground.js"></script>
    <insitu-playground model="/weights/tiny" backend="cpu" autorun
      code="const a = 1;&#10;await model.trace('x', () => {&#10;  model.lm_head.output.at(9).save();&#10;});"></insitu-playground>`;
  const address = await serve({ "/playground/": folderHandler(STANDALONE), "/weights/": weights }, answer(html));
  await page.goto(address);
  await expect(page.getByRole("alert")).toContainText("line 3");
  await expect(page.locator(".insitu-code-wrong")).toHaveText("  model.lm_head.output.at(9).save();");
});

test("the script may come from another server", async ({ page }) => {
  const elsewhere = await serve({ "/": folderHandler(STANDALONE, { "Access-Control-Allow-Origin": "*" }) });
  const html = readFileSync(`${PAGE}/index.html`, "utf8").replace("/playground/", `${elsewhere}/`);
  const address = await serve({ "/weights/": weights }, answer(html));
  await page.goto(address);
  await expect(page.getByText('" Paris"')).toBeVisible();
});

test("where the page's policy forbids code from text, it says what it needs", async ({ page }) => {
  const html = readFileSync(`${PAGE}/index.html`, "utf8");
  const policy = { "Content-Security-Policy": "script-src 'self' 'wasm-unsafe-eval'" };
  const address = await serve(
    { "/playground/": folderHandler(STANDALONE), "/weights/": weights },
    answer(html, policy),
  );
  await page.goto(address);
  await expect(page.getByRole("alert").first()).toContainText("'unsafe-eval'");
});

const answer =
  (html: string, headers: Record<string, string> = {}): Handler =>
  (_, response) => {
    response.writeHead(200, { "Content-Type": "text/html", ...headers }).end(html);
  };
