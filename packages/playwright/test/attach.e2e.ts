/** The model of an app under test: the notebook page, which knows nothing of this package. */
import { attach, expect, test } from "@insitu/playwright";
import type { Page } from "@playwright/test";

const PROMPT = "The Eiffel Tower is in the city of";

const tokens = (page: Page) =>
  page.getByRole("table", { name: "Before the edit", exact: true }).locator("tbody").getByRole("rowheader");

/** Lets the app run once more. */
async function runAgain(page: Page): Promise<void> {
  const prompt = page.getByLabel("Prompt").first();
  await prompt.fill("Nothing");
  await expect(page.getByRole("status")).toHaveText("Running …");
  await prompt.fill(PROMPT);
  await expect(page.getByRole("status")).toContainText("Most likely after the edit");
}

test("reads the app's model, and edits what the app itself sees", async ({ page }) => {
  await page.goto("/?backend=webgpu");
  const app = await attach(page);
  await expect(app).toPredict(" Paris", { after: PROMPT });
  expect(app.device.backend).toBe("webgpu");
  await expect(page.getByRole("status")).toContainText("Most likely after the edit");
  await runAgain(page);
  await expect(tokens(page).first()).toHaveText("·Paris");
  const before = (await app.memory()).numTensors;

  const undo = await app.editInPage((model, layer) => void model.transformer.h[layer]?.output.set(0), 3);
  await runAgain(page);
  await expect(tokens(page).first()).not.toHaveText("·Paris");
  // What is traced from here is the model as it is.
  await expect(app).toPredict(" Paris", { after: PROMPT });
  await undo();
  await runAgain(page);
  await expect(tokens(page).first()).toHaveText("·Paris");

  const layer = 3;
  const error = await app.editInPage((model) => void model.transformer.h[layer]?.output.set(0)).catch((e) => e);
  expect(error).toMatchObject({ name: "ArgumentError", line: expect.stringMatching(/attach\.e2e\.ts/) });
  expect(error.message).toContain("layer is not defined");
  expect((await app.memory()).numTensors).toBe(before);
  // The attachment ends; the app's model does not.
  await app.dispose();
  await runAgain(page);
  await expect(tokens(page).first()).toHaveText("·Paris");
});

test("a page that leaves, or has no model, is a typed error", async ({ page, model }) => {
  expect(await attach(page, { timeout: 200 }).catch((e) => e)).toMatchObject({
    name: "WorkerError",
    message: expect.stringContaining("has no model"),
    line: expect.stringMatching(/attach\.e2e\.ts/),
  });
  await page.goto("/?backend=webgpu");
  const app = await model.attach(page);
  const wanted = await attach(page, { model: "no-such", timeout: 200 }).catch((e) => e);
  expect(wanted.message).toContain('0: "/weights/tiny"');
  const bodies = Array.from({ length: 200 }, (_, i) => () => {
    app.transformer.h[0]!.output.mul_(i);
    return app.lm_head.output.save();
  });
  const leaving = app.traceAll(PROMPT, bodies).catch((e) => e);
  await page.waitForTimeout(50);
  await page.reload();
  expect(await leaving).toMatchObject({ name: "WorkerError", remedy: expect.stringContaining("Attach to it again") });
  expect(await app.memory().catch((e) => e)).toMatchObject({ name: "WorkerError" });
  const again = await attach(page);
  await expect(again).toPredict(" Paris", { after: PROMPT });
  await page.close();
  expect(await again.memory().catch((e) => e)).toMatchObject({ name: "WorkerError" });
});

test("of several models one is chosen; one that the page disposes of answers no more", async ({ page }) => {
  await page.goto("/?backend=webgpu");
  const first = await attach(page, { model: 0 });
  await page.evaluate(async () => {
    const { LanguageModel } = await import("/packages/insitu/src/index.ts" as string);
    Object.assign(window, { second: await LanguageModel.load("/weights/tiny/", { backend: "cpu" }) });
  });
  const error = await attach(page, { timeout: 200 }).catch((e) => e);
  expect(error).toMatchObject({ name: "ArgumentError", message: expect.stringContaining("2 models") });
  const second = await attach(page, { model: /tiny\/$/ });
  expect([first.device.backend, second.device.backend]).toEqual(["webgpu", "cpu"]);
  await page.evaluate(() => (window as unknown as { second: { dispose(): Promise<void> } }).second.dispose());
  const answer = await second.memory().catch((e) => e);
  expect(answer).toMatchObject({ name: "WorkerError", message: expect.stringContaining("stopped") });
  expect((await first.memory()).numTensors).toBeGreaterThan(0);
});
