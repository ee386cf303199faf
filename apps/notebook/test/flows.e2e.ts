/** What a reader does, by the keyboard alone: no test here touches the mouse. */
import { readFileSync } from "node:fs";
import { expect, type Page, test } from "@playwright/test";
import type { NumbersOutput, StreamOutput, TopTokensOutput } from "../src/outputs/output.ts";
import { begin, codeCells, command, lastOutputs, leave, open, ready, SITE, settled, write } from "./page.ts";

const EIFFEL = "The Eiffel Tower is in the city of";

let page: Page;

test.describe.configure({ mode: "serial" });

test.beforeAll(async ({ browser }) => {
  test.setTimeout(120_000);
  page = await browser.newPage({ permissions: ["clipboard-read", "clipboard-write"] });
  await open(page);
});
test.afterAll(() => page.close());

/** A new cell at the end, with this code, run; the focus is on it in command mode. */
async function run(code: string): Promise<void> {
  await page.keyboard.press("ControlOrMeta+End");
  await page.keyboard.press("b");
  await page.keyboard.press("Enter");
  await write(page, code);
  const before = (await codeCells(page)).filter(({ run }) => run?.count !== undefined).length;
  await page.keyboard.press("ControlOrMeta+Enter");
  await settled(page, before + 1);
}

const active = () => page.locator('.nb-cell[data-active="true"]');

test("cells: written, completed, run, shared, stale, interrupted, undone", async () => {
  await begin(page);
  await page.keyboard.press("b");
  await page.keyboard.press("Enter");
  await write(page, `const prompt = "${EIFFEL}";\nprompt.length`);
  await page.keyboard.press("Shift+Enter");
  await settled(page);
  expect(await lastOutputs(page)).toEqual([]);
  expect((await codeCells(page))[0]?.run?.outputs).toMatchObject([{ kind: "text", text: "34" }]);

  // The new cell below is edited already: completion from insitu's own types.
  await write(page, "model.transformer.h[0].attn.source.");
  await page.keyboard.press("Control+Space");
  const list = page.getByRole("listbox").filter({ hasText: "pattern" });
  await expect(list).toBeVisible({ timeout: 60_000 });
  await expect(list.getByRole("option").filter({ hasText: /^(query|key|value|scores|pattern|z)$/ })).toHaveCount(6);
  await page.keyboard.type("patt");
  await page.keyboard.press("Enter");
  await expect(page.locator(".cm-content:focus")).toHaveText("model.transformer.h[0].attn.source.pattern");

  // A name of another cell, `await` at the top level.
  await write(page, "await topTokens(model, prompt, { k: 3 })");
  await page.keyboard.press("ControlOrMeta+Enter");
  await settled(page, 2);
  const [top] = (await lastOutputs(page)) as TopTokensOutput[];
  expect(top?.tokens[0]).toMatchObject({ token: " Paris", id: 798 });
  expect(top?.tokens[0]?.probability).toBeCloseTo(0.99998, 4);
  await expect(active()).toContainText("100.0 %");

  // Changing the first makes the second stale, and running all of them mends it.
  await page.keyboard.press("k");
  await page.keyboard.press("Enter");
  await write(page, 'const prompt = "The Colosseum is in the city of";\nprompt.length');
  await leave(page);
  await expect(page.getByText("stale")).toHaveCount(2);
  await page.keyboard.press("ControlOrMeta+Shift+Enter");
  await settled(page, 2);
  await expect(page.getByText("stale")).toHaveCount(0);
  expect(((await lastOutputs(page))[0] as TopTokensOutput).tokens[0]?.token).toBe(" Rome");

  // Text.
  await page.keyboard.press("b");
  await page.keyboard.press("m");
  await page.keyboard.press("Enter");
  await write(page, "# A heading\n\nand `code`");
  await page.keyboard.press("Shift+Enter");
  await expect(page.getByRole("heading", { name: "A heading" })).toBeVisible();

  // An endless loop. A cell below the last has begun.
  await leave(page);
  const tensors = await page.evaluate(() => globalThis.insitu.models.getState().memory?.numTensors);
  await page.keyboard.press("ControlOrMeta+End");
  await page.keyboard.press("b");
  await page.keyboard.press("Enter");
  await write(page, "while (true) {}");
  await page.keyboard.press("ControlOrMeta+Enter");
  await expect(active()).toHaveAccessibleName(/running/);
  await page.keyboard.press("i");
  await page.keyboard.press("i");
  await settled(page);
  await expect(active()).toHaveAccessibleName(/interrupted/);
  await expect(page.getByText("variables are gone, the model is still there")).toBeVisible();
  expect(await page.evaluate(() => globalThis.insitu.models.getState().status)).toBe("ready");

  // Deleted, and back.
  await page.keyboard.press("d");
  await page.keyboard.press("d");
  await expect(page.getByText("while (true)")).toHaveCount(0);
  await page.keyboard.press("z");
  await expect(page.getByText("while (true)")).toHaveCount(1);
  await page.keyboard.press("d");
  await page.keyboard.press("d");
  await page.keyboard.press("ControlOrMeta+Shift+Enter");
  await settled(page, 2);
  await page.evaluate(() => globalThis.insitu.models.measure());
  expect(await page.evaluate(() => globalThis.insitu.models.getState().memory?.numTensors)).toBe(tensors);
});

test("outputs: a heat map walked through, a result taken out, an error's line, a sweep's place as code", async () => {
  await begin(page);
  await run(`(await model.trace("${EIFFEL}", () => model.transformer.h[2].output.at(0).save()))`);
  const [hidden] = (await lastOutputs(page)) as NumbersOutput[];
  expect(hidden).toMatchObject({ shape: [8, 256], dtype: "float32" });
  await expect(active()).toContainText("[8, 256] float32");
  const grid = active().getByRole("grid");
  await tabTo(grid);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowDown");
  const value = hidden!.data[256 + 1]!;
  const told = (await active().getByRole("gridcell").textContent()) ?? "";
  expect(Number(/(-?[−\d.e]+)\s*$/.exec(told.replaceAll("−", "-"))?.[1])).toBeCloseTo(value, 2);
  // Closer.
  await page.keyboard.press("+");
  await expect(active()).toContainText(/\[.*:.*\] ·/);
  await page.keyboard.press("0");

  // Taken out as CSV, and as a picture.
  const csv = (await exported("CSV")).toString("utf8").split("\r\n");
  expect(csv).toHaveLength(1 + 8 * 256 + 1);
  expect(Number(csv[1 + 256 + 1]?.split(",")[2])).toBeCloseTo(value, 5);
  const png = await exported("PNG");
  expect(png.subarray(1, 4).toString()).toBe("PNG");
  expect(png.readUInt32BE(16)).toBeGreaterThan(256 * 2);
  const npy = await exported("npy");
  expect(npy.subarray(1, 6).toString()).toBe("NUMPY");
  expect(npy.readFloatLE(npy.length - 4 * (8 * 256 - 257))).toBe(value);

  // An error leads to its line.
  await page.keyboard.press("Escape");
  await run(`model.trace("Hi", () => {\n  model.transformer.h[1].output.at(":, 9").save();\n})`);
  await expect(active().getByRole("alert")).toContainText("SliceError");
  await expect(active().getByRole("alert")).toContainText("Use -2 to 1.");
  await tabTo(active().getByRole("button", { name: "Line 2" }));
  await page.keyboard.press("Enter");
  await expect(page.locator(".cm-content:focus .cm-activeLine, .cm-content:focus .ed-wrong")).toContainText(
    'at(":, 9")',
  );
  await page.keyboard.press("Escape");

  // A sweep's place, as the code that reproduces it.
  await run(
    `const { recovered } = await activationPatching(model, { clean: "When Mary and John went to the store, John gave a drink to", corrupt: "When John and Mary went to the store, Mary gave a drink to", metric: logitDifference(" Mary", " John"), site: "z" });\nrecovered`,
  );
  await tabTo(active().getByRole("grid"));
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await tabTo(active().locator("[data-insert]"));
  await page.keyboard.press("Enter");
  await expect(page.locator(".cm-content:focus")).toContainText("model.transformer.h[1].attn.source.z");
  await page.keyboard.press("ControlOrMeta+Enter");
  await settled(page, 4);
  expect((await lastOutputs(page))[0]).toMatchObject({ kind: "topTokens" });
  // Enter picks the place below; again there, it inserts.
  await page.keyboard.press("k");
  await tabTo(active().getByRole("grid"));
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  await expect(page.locator(".cm-content:focus")).toContainText("model.transformer.h[2].attn.source.z");
  await leave(page);
  await page.keyboard.press("d");
  await page.keyboard.press("d");

  // A generation streams.
  await run(`await model.generate("${EIFFEL}", { maxNewTokens: 3, onTokens: stream("${EIFFEL}") })`);
  const [stream] = (await lastOutputs(page)) as StreamOutput[];
  expect(stream).toMatchObject({ kind: "stream", done: true });
  expect(stream?.tokens[0]).toBe(" Paris");
});

test("the model: its bar, another backend, and its modules into a cell", async () => {
  await begin(page);
  await page.keyboard.press("b");
  await page.keyboard.press("Enter");
  await write(page, "const path = ");
  await leave(page);
  if (!(await page.getByRole("tab", { name: "Modules" }).isVisible())) await page.keyboard.press("ControlOrMeta+B");
  await page.getByRole("tab", { name: "Gallery" }).focus();
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("tab", { name: "Modules" })).toBeFocused();
  const tree = page.getByRole("tree");
  await tabTo(tree.locator('[tabindex="0"]'));
  await page.keyboard.type("lm_head");
  await page.keyboard.press("Enter");
  await expect.poll(async () => (await codeCells(page)).at(-1)?.source).toContain("model.lm_head");

  const chip = page.getByRole("button", { name: /^Model/ });
  await chip.focus();
  await page.keyboard.press("Enter");
  const panel = page.getByRole("dialog", { name: "Model" });
  await expect(panel).toContainText(/tensors/i);
  // Another backend, chosen by its letter.
  await tabTo(panel.getByRole("combobox", { name: "Run on" }));
  await page.keyboard.type("was");
  await panel.getByRole("button", { name: /^weights\/tiny/ }).focus();
  await page.keyboard.press("Enter");
  await expect
    .poll(() => page.evaluate(() => globalThis.insitu.models.getState().device?.backend), { timeout: 60_000 })
    .toBe("wasm");
  // What is not there says so, and what to do.
  await tabTo(panel.getByRole("combobox", { name: /From the Hugging Face Hub/ }));
  await page.keyboard.type("/weights/none");
  await page.keyboard.press("Enter");
  await expect(panel.getByRole("alert")).toContainText("has no config.json");
  await panel.getByRole("button", { name: /^weights\/tiny/ }).focus();
  await page.keyboard.press("Enter");
  await ready(page);
  await page.keyboard.press("Escape");
  await expect(chip).toBeFocused();
});

test("the gallery: another notebook by its card", async () => {
  await page.getByRole("tab", { name: "Modules" }).focus();
  await page.keyboard.press("ArrowLeft");
  await expect(page.getByRole("tab", { name: "Gallery" })).toBeFocused();
  await tabTo(page.getByRole("button", { name: /The logit lens/ }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("textbox", { name: "Title of the notebook" })).toHaveValue("The logit lens");
});

test("keep and share: a reload, a link that runs nothing before it is allowed, files out and in", async ({
  browser,
}) => {
  await begin(page);
  await page.keyboard.press("b");
  await page.keyboard.press("Enter");
  await write(page, "6 * 7");
  await page.keyboard.press("ControlOrMeta+Enter");
  await settled(page);
  await page.waitForFunction(() => globalThis.insitu.session.getState().saved === "saved");
  await page.reload();
  await ready(page);
  expect((await codeCells(page)).map(({ source }) => source)).toEqual(["6 * 7"]);

  await command(page, "Share by a link…");
  await expect(page.getByRole("textbox", { name: "Link to this notebook" })).toHaveValue(/#n=/);
  await tabTo(page.getByRole("button", { name: "Copy" }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Copied" })).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toMatch(new RegExp(`^${SITE}#n=[\\w-]+$`));
  await page.keyboard.press("Escape");

  // As somebody else opens it.
  const other = await (await browser.newContext()).newPage();
  await other.goto(link.replace("#", "?backend=cpu&tour=no#"));
  await ready(other);
  await expect(other.getByText("This notebook came by a link. Nothing has run.")).toBeVisible();
  await other.keyboard.press("ControlOrMeta+Shift+Enter");
  await expect(other.getByText("To run a cell, allow the notebook first.")).toBeVisible();
  expect((await codeCells(other))[0]?.run).toBeUndefined();
  await expect(other.getByRole("button", { name: "Allow it to run" })).toBeFocused();
  await other.keyboard.press("Enter");
  await other.keyboard.press("ControlOrMeta+Shift+Enter");
  await settled(other);
  expect(await lastOutputs(other)).toMatchObject([{ kind: "text", text: "42" }]);
  await other.context().close();

  for (const [name, ending] of [
    ["Download as .insitu.md", ".insitu.md"],
    ["Download as .ipynb", ".ipynb"],
  ] as const) {
    const download = page.waitForEvent("download");
    await command(page, name);
    const file = await download;
    expect(file.suggestedFilename()).toBe(`untitled${ending}`);
    const chooser = page.waitForEvent("filechooser");
    await command(page, "Open a file…");
    const content = readFileSync(await file.path());
    await (await chooser).setFiles({ name: file.suggestedFilename(), mimeType: "text/plain", buffer: content });
    await expect(page.getByText("This notebook came by a file. Nothing has run.")).toBeVisible();
    expect((await codeCells(page)).map(({ source }) => source)).toEqual(["6 * 7"]);
  }
});

test("the first visit's tour: four steps, dismissed for good", async ({ browser }) => {
  const other = await (await browser.newContext()).newPage();
  await open(other, { backend: "cpu", tour: true });
  for (const step of [1, 2, 3, 4]) {
    const here = other.getByRole("dialog", { name: new RegExp(`^Step ${step} of 4`) });
    await expect(here).toBeVisible();
    await here.getByRole("button", { name: step < 4 ? "Next" : "Begin" }).focus();
    await other.keyboard.press("Enter");
  }
  await expect(other.getByRole("dialog")).toHaveCount(0);
  await other.reload();
  await ready(other);
  await expect(other.getByRole("dialog")).toHaveCount(0);
  await other.context().close();
});

/** The file that the active cell's result becomes. */
async function exported(format: string): Promise<Buffer> {
  const trigger = active().getByRole("button", { name: "Export this result" }).first();
  await trigger.focus();
  await page.keyboard.press("Enter");
  const download = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: format, exact: true }).focus();
  await page.keyboard.press("Enter");
  // A menu that is still closing would take the next key.
  await expect(page.getByRole("menu")).toHaveCount(0);
  await expect(trigger).toBeFocused();
  return readFileSync(await (await download).path());
}

/** Goes on with Tab until something has the focus. */
async function tabTo(there: ReturnType<Page["locator"]>): Promise<void> {
  await expect(there.first()).toBeVisible();
  for (let presses = 0; presses < 60; presses++) {
    if (await there.first().evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab does not lead to ${there}`);
}
