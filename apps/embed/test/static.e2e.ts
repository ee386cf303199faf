/** A page without a bundler: an import map, and files as they are in the packages. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { cleanRoom, serveFiles } from "../cleanRoom.mjs";

test.describe.configure({ mode: "serial" });

let room: Awaited<ReturnType<typeof cleanRoom>>;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  room = await cleanRoom("static", ["insitu", "@insitu/program"], { weights: "." });
});
test.afterAll(() => room?.remove());

const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "cross-origin",
};

for (const [backend, isolated] of [
  ["webgpu", false],
  ["wasm", false],
  // With threads.
  ["wasm", true],
] as const) {
  test(`it traces on ${backend}${isolated ? ", cross-origin isolated" : ""}`, async ({ page }) => {
    const server = await serveFiles(room.folder, isolated ? isolation : {});
    try {
      await traces(page, server.address, backend, isolated);
    } finally {
      server.close();
    }
  });
}

test("it traces with packages of another origin, as a CDN's", async ({ page }) => {
  const cdn = await serveFiles(room.folder);
  const own = await serveFiles(room.folder);
  try {
    const html = readFileSync(join(room.folder, "index.html"), "utf8");
    writeFileSync(join(room.folder, "cdn.html"), html.replaceAll("/node_modules/", `${cdn.address}node_modules/`));
    for (const backend of ["webgpu", "wasm"]) await traces(page, `${own.address}cdn.html`, backend, false);
  } finally {
    cdn.close();
    own.close();
  }
});

async function traces(page: import("@playwright/test").Page, address: string, backend: string, isolated: boolean) {
  await page.goto(`${address}?backend=${backend}`);
  const result = page.locator("#result");
  await expect(result).not.toHaveText("loading");
  const { line, ...rest } = JSON.parse((await result.textContent()) ?? "");
  expect(rest).toEqual({ backend, next: " Paris", isolated });
  expect(line).toMatch(/\/main\.js:10:\d+$/);
}
