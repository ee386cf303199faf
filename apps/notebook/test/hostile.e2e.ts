/** A notebook that wants everything, opened by a link in the page as a reader opens it. */
import { readFileSync } from "node:fs";
import { expect, type Request, test } from "@playwright/test";
import { fromFile } from "../src/notebook/fileFormat.ts";
import { toLink } from "../src/notebook/link.ts";
import { codeCells, open, ready, SITE, settled } from "./page.ts";

const hostile = fromFile(readFileSync(new URL("./hostile.insitu.md", import.meta.url), "utf8"));

declare global {
  var hacked: unknown;
}

test("it reaches nothing, shows nothing that acts, and is stopped; the page and other notebooks go on", async ({
  context,
}) => {
  test.setTimeout(180_000);
  const asked = new Set<Request>();
  context.on("request", (request) => {
    if (!request.url().startsWith(SITE) && !/^(data|blob|about):/.test(request.url())) asked.add(request);
  });
  // Chromium tells, now and then, of what a frame's policy refused before anything was sent.
  context.on("requestfailed", (request) => {
    if (request.failure()?.errorText === "csp") asked.delete(request);
  });
  // Another notebook of the same reader, in another tab.
  const mine = await context.newPage();
  await open(mine, { backend: "cpu" });
  const before = await mine.evaluate(() => JSON.stringify(globalThis.insitu.session.getState().notebook));

  const page = await context.newPage();
  const dialogs: string[] = [];
  page.on("dialog", (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  const link = await toLink(hostile, SITE);
  await page.goto(link.replace("#", "?backend=webgpu&tour=no#"));
  await ready(page);
  const tensors = await page.evaluate(() => globalThis.insitu.models.getState().memory?.numTensors);

  // Nothing runs before the reader says so.
  await page.keyboard.press("ControlOrMeta+Shift+Enter");
  await expect(page.getByText("To run a cell, allow the notebook first.")).toBeVisible();
  expect(await page.evaluate(() => globalThis.insitu.session.getState().runs.size)).toBe(0);
  await expect(page.locator(".md").getByText("Press me")).toBeVisible();
  await expect(page.getByRole("link", { name: "Press me" })).toHaveCount(0);
  await page.getByRole("button", { name: "Allow it to run" }).click();

  await page.keyboard.press("ControlOrMeta+Shift+Enter");
  const endless = page.getByRole("region", { name: /^Code cell 5 of 5, running/ });
  await expect(endless).toBeVisible({ timeout: 90_000 });
  const cells = await codeCells(page);
  const tried = JSON.parse(JSON.parse((cells[0]!.run!.outputs.at(-1) as { text: string }).text)) as Record<
    string,
    string
  >;
  expect(Object.entries(tried).filter(([, how]) => how !== "refused")).toEqual([]);
  expect(Object.keys(tried)).toHaveLength(15);
  expect(cells[1]?.run?.state).toBe("done");
  expect(cells[2]?.run?.outputs.length).toBeLessThanOrEqual(201);
  expect(cells[2]?.run?.dropped).toBeGreaterThan(1.9e6);
  await expect(endless).toContainText("sent by some");

  // The page answers while a cell never ends: its title is changed by keys.
  const title = page.getByRole("textbox", { name: "Title of the notebook" });
  await title.fill("Read, and survived");
  await expect(title).toHaveValue("Read, and survived");

  // Markup is a picture, or a frame in which nothing acts.
  const frames = page.locator("iframe.out-html");
  await expect(frames).toHaveCount(2);
  expect(await frames.evaluateAll((all) => all.map((frame) => frame.getAttribute("sandbox")))).toEqual(["", ""]);
  await expect(page.locator("img.out-svg")).toBeVisible();
  // In view first: a frame of another origin draws nothing while it is not, and what does not draw is never still.
  await frames.nth(1).scrollIntoViewIfNeeded();
  await frames.nth(1).contentFrame().getByText("press").click();
  await expect(page.getByRole("link", { name: "seen" }).first()).toHaveAttribute("rel", /noopener/);

  // Stopped: the model stays, the variables go, and what the cells did to their own world went with them.
  await page.getByRole("button", { name: "Interrupt cell 5" }).click();
  await settled(page, 1);
  await expect(page.getByText("variables are gone, the model is still there")).toBeVisible();
  expect(
    await page.evaluate(() => [
      globalThis.hacked,
      ({} as { hacked?: unknown }).hacked,
      document.title.includes("hacked"),
    ]),
  ).toEqual([undefined, undefined, false]);
  expect(dialogs).toEqual([]);
  expect([...asked].map((request) => request.url())).toEqual([]);
  await page.evaluate(() => globalThis.insitu.models.measure());
  expect(await page.evaluate(() => globalThis.insitu.models.getState().memory?.numTensors)).toBe(tensors);

  // The next cell runs in a fresh one.
  await page.getByRole("button", { name: "Run cell 4" }).click();
  await page.waitForFunction(() => [...globalThis.insitu.session.getState().runs.values()][2]?.state === "done");

  expect(await mine.evaluate(() => JSON.stringify(globalThis.insitu.session.getState().notebook))).toBe(before);
  expect(await mine.evaluate(() => globalThis.hacked)).toBeUndefined();
});

test("the engine's worker dies under a running cell: it says so, and after another load the notebook goes on", async ({
  page,
}) => {
  await open(page, { backend: "webgpu" });
  await page.keyboard.press("ControlOrMeta+Shift+Enter");
  await settled(page, 7);
  await page.evaluate(() => {
    const { session } = globalThis.insitu as unknown as {
      session: { insert(at: number, kind: string, code: string): string; run(ids: string[]): void };
    };
    session.run([session.insert(99, "code", 'for (;;) await model.trace("Hi", () => model.lm_head.output.save());')]);
  });
  const loop = page.getByRole("region", { name: /^Code cell 16 of 16, running/ });
  await expect(loop).toBeVisible();
  // As a crash ends it: from within, without a word.
  const worker = page
    .workers()
    .find((worker) => /worker-/.test(worker.url()) && !/languageService/.test(worker.url()))!;
  await worker.evaluate(() => self.close());
  await expect(page.getByRole("region", { name: /^Code cell 16 of 16, failed/ })).toContainText(
    "The engine's worker is gone.",
  );
  await expect(page.getByRole("button", { name: /^Model/ })).toContainText("could not be loaded");
  await page.getByRole("button", { name: /^Model/ }).click();
  await page
    .getByRole("button", { name: /again|retry/i })
    .first()
    .click();
  await ready(page);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Run cell 2" }).click();
  await page.waitForFunction(() => [...globalThis.insitu.session.getState().runs.values()][0]?.state === "done");
  expect((await codeCells(page))[0]?.run?.outputs[0]).toMatchObject({
    kind: "topTokens",
    tokens: [{ token: " Paris" }, {}, {}, {}, {}],
  });
});
