/** The model of an app under test, which knows nothing of this package. */
import { attach, expect, test } from "@insitu/playwright";
import type { Page } from "@playwright/test";

const APP = "/packages/playwright/test/app/index.html?backend=webgpu";
const PROMPT = "The Eiffel Tower is in the city of";

/** What the app itself shows as the most likely token, of a prompt that it has not had. */
async function shown(page: Page, prompt: string): Promise<string> {
  const output = page.getByRole("status");
  await expect(output).not.toHaveAttribute("data-prompt", prompt);
  await page.getByLabel("Prompt").fill(prompt);
  await expect(output).toHaveAttribute("data-prompt", prompt);
  return (await output.textContent()) ?? "";
}

test("reads the app's model, and edits what the app itself sees", async ({ page }) => {
  await page.goto(APP);
  const app = await attach(page);
  const predicted = async (prompt: string) => {
    const id = await app.trace(prompt, () => app.lm_head.output.at(0, -1).argMax().save());
    return app.tokenizer.decode(id);
  };
  await expect(app).toPredict(" Paris", { after: PROMPT });
  expect(app.device.backend).toBe("webgpu");
  await expect(page.getByRole("status")).toHaveText(" Paris");
  const [first, second, third, fourth] = ["Rome", "Berlin", "Vienna", "Athens"].map((city) => `${city}. ${PROMPT}`) as [
    string,
    string,
    string,
    string,
  ];
  expect(await shown(page, first)).toBe(await predicted(first));
  const before = (await app.memory()).numTensors;

  const undo = await app.editInPage((model, layer) => void model.transformer.h[layer]?.output.set(0), 3);
  expect(await shown(page, second)).not.toBe(await predicted(second));
  await undo();
  expect(await shown(page, third)).toBe(await predicted(third));

  const layer = 3;
  const error = await app.editInPage((model) => void model.transformer.h[layer]?.output.set(0)).catch((e) => e);
  expect(error).toMatchObject({ name: "ArgumentError", line: expect.stringMatching(/attach\.e2e\.ts/) });
  expect(error.message).toContain("layer is not defined");
  expect((await app.memory()).numTensors).toBe(before);
  // The attachment ends; the app's model does not.
  const last = await predicted(fourth);
  await app.dispose();
  expect(await shown(page, fourth)).toBe(last);
});

test("a page that leaves, or has no model, is a typed error", async ({ page, model }) => {
  expect(await attach(page, { timeout: 200 }).catch((e) => e)).toMatchObject({
    name: "WorkerError",
    message: expect.stringContaining("has no model"),
    line: expect.stringMatching(/attach\.e2e\.ts/),
  });
  await page.goto(APP);
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
  await page.goto(APP);
  const first = await attach(page, { model: 0 });
  await page.evaluate(async () => {
    const { LanguageModel } = await import("/packages/insitu/src/index.ts" as string);
    Object.assign(window, { second: await LanguageModel.load("/weights/tiny/", { backend: "cpu" }) });
  });
  const error = await attach(page, { timeout: 200 }).catch((e) => e);
  expect(error).toMatchObject({ name: "ArgumentError", message: expect.stringContaining("2 models") });
  const second = await attach(page, { model: /^\/weights\/tiny\/$/ });
  expect([first.device.backend, second.device.backend]).toEqual(["webgpu", "cpu"]);
  await page.evaluate(() => (window as unknown as { second: { dispose(): Promise<void> } }).second.dispose());
  const answer = await second.memory().catch((e) => e);
  expect(answer).toMatchObject({ name: "DisposedError", message: expect.stringContaining("disposed of") });
  expect((await first.memory()).numTensors).toBeGreaterThan(0);
});
