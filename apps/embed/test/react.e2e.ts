/** A stranger's React app, made of the packed tarballs; and a page of twenty components. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { cleanRoom } from "../cleanRoom.mjs";
import { mainThreadTasks } from "./mainThreadTasks.ts";

test.describe.configure({ mode: "serial" });

const VITE = "vite/bin/vite.js";
let room: Awaited<ReturnType<typeof cleanRoom>>;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  room = await cleanRoom("react-app", ["insitu", "@insitu/program", "@insitu/analysis", "@insitu/react"]);
});
test.afterAll(() => room?.remove());

for (const [mode, args] of Object.entries({ dev: ["--port", "0"], preview: ["preview", "--port", "0"] })) {
  test(`a post in strict mode (${mode})`, async ({ page }) => {
    test.setTimeout(120_000);
    if (mode === "preview") {
      room.run("typescript/bin/tsc");
      room.run(VITE, "build");
    }
    const workers: string[] = [];
    page.on("worker", (worker) => workers.push(worker.url()));
    const server = await room.serve(VITE, ...args);
    try {
      await page.goto(server.address);
      await expect(page.getByRole("row", { name: '" Paris"' })).toContainText("100.0 %");
      await expect(page.getByText(/Without layer 2: token \d+/)).toBeVisible();
      expect(workers).toHaveLength(1);
    } finally {
      server.close();
    }
  });
}

test("twenty components share one model and one worker, and make no long task", async ({ page, browser }) => {
  test.setTimeout(240_000);
  // All in view at once: what is not would not trace.
  await page.setViewportSize({ width: 1000, height: 14_000 });
  const workers: string[] = [];
  const weights: string[] = [];
  page.on("worker", (worker) => workers.push(worker.url()));
  page.on("request", (request) => request.url().endsWith(".safetensors") && weights.push(request.url()));
  const server = await room.serve(VITE, "preview", "--port", "0");
  try {
    const trace = join(room.folder, "trace.json");
    await browser.startTracing(page, { path: trace, categories: ["toplevel", "devtools.timeline"] });
    await page.goto(`${server.address}crowd.html`);
    await expect(page.getByRole("heading", { name: "20 components" })).toBeVisible();
    await expect(page.locator(".insitu")).not.toHaveCount(0);
    await expect(page.getByText("100.0 %").first()).toBeVisible();
    await expect(page.locator('.insitu[aria-busy="true"]')).toHaveCount(0, { timeout: 180_000 });
    await browser.stopTracing();
    expect(await page.getByRole("alert").allTextContents()).toEqual([]);
    expect(workers).toHaveLength(1);
    expect(weights).toHaveLength(1);
    const tasks = mainThreadTasks(JSON.parse(readFileSync(trace, "utf8")));
    const longest = (by: "wall" | "cpu") => Math.max(...tasks.map((task) => task[by]));
    console.log(
      `${tasks.length} tasks of the main thread; the longest ${longest("wall").toFixed(0)} ms, ${longest("cpu").toFixed(0)} ms of its own; ` +
        `${tasks.filter(({ wall }) => wall > 100).length} over 100 ms`,
    );
    // What a task computes; how long it waits for a core that a software adapter has is the machine's.
    expect(longest("cpu")).toBeLessThan(100);
  } finally {
    server.close();
  }
});
