import { expect, type Locator, type Page, test } from "@playwright/test";

/** A first run on a software adapter compiles every shader. */
const FIRST_RESULT = { timeout: 60_000 };

const table = (page: Page, name: string) => page.getByRole("table", { name, exact: true });
const beforeTable = (page: Page) => table(page, "Before the edit");
const afterTable = (page: Page) => table(page, "After the edit");
const settled = (page: Page) =>
  expect(page.getByRole("status")).toContainText("Most likely after the edit", FIRST_RESULT);

async function open(page: Page, query: string): Promise<void> {
  await page.goto(`/?${query}`);
  await settled(page);
}

/** The rows of a table as tokens and numbers. */
async function rowsOf(locator: Locator): Promise<{ token: string; numbers: number[] }[]> {
  const rows = await locator.locator("tbody").getByRole("row").all();
  return Promise.all(
    rows.map(async (row) => ({
      token: (await row.getByRole("rowheader").textContent()) ?? "",
      numbers: (await row.getByRole("cell").allTextContents()).filter((text) => text.trim() !== "").map(parseNumber),
    })),
  );
}

const parseNumber = (text: string) => Number(text.replace(" %", "").replace("−", "-"));

/** Does something and waits for the run that it starts. */
async function andRun(page: Page, act: () => Promise<unknown>): Promise<void> {
  await act();
  await expect(page.getByRole("status")).toHaveText("Running …");
  await settled(page);
}

test("WebGPU: progress, adapter, and tables that an edit changes", async ({ page }) => {
  await page.addInitScript(() => {
    const seen: string[] = [];
    const shifts: number[] = [];
    Object.assign(window, { seen, shifts });
    new PerformanceObserver((list) => {
      shifts.push(...list.getEntries().map((entry) => (entry as unknown as { value: number }).value));
    }).observe({ type: "layout-shift", buffered: true });
    const look = () => {
      const bar = document.querySelector("insitu-progress")?.shadowRoot?.querySelector("progress");
      const text = bar && `${bar.labels[0]?.textContent} ${bar.value}/${bar.max}`;
      if (text && text !== seen.at(-1)) seen.push(text);
      requestAnimationFrame(look);
    };
    look();
  });
  await open(page, "backend=webgpu");
  const seen = await page.evaluate(() => (window as unknown as { seen: string[] }).seen);
  const weights = seen
    .flatMap((text) => /model\.safetensors: ([\d.]+) of ([\d.]+) MB.* (\d+)\/(\d+)/.exec(text) ?? [])
    .filter((_, i) => i % 5 !== 0);
  expect(weights.length).toBeGreaterThan(0);
  expect(Number(weights[0])).toBeLessThanOrEqual(Number(weights[1]));
  expect(Number(weights[3])).toBeGreaterThan(8e6);
  expect(seen.some((text) => text.includes("Starting the backend"))).toBe(true);

  // Nothing moves while it loads and fills.
  const shifts = await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts);
  expect(shifts.reduce((sum, shift) => sum + shift, 0)).toBeLessThan(0.02);

  const model = page.getByRole("region", { name: "Model" });
  await expect(model).toContainText("webgpu");
  await expect(model).toContainText(
    process.env["INSITU_ADAPTER"] === "hardware" ? /\w/ : "software: this is not a GPU",
  );
  await expect(model).toContainText(/MB in \d+ tensors/);

  const before = await rowsOf(beforeTable(page));
  const steered = await rowsOf(afterTable(page));
  for (const rows of [before, steered]) {
    expect(rows).toHaveLength(10);
    const probabilities = rows.map(({ numbers }) => numbers[0] as number);
    // A sure model's tenth token may round to 0 in the digits shown.
    expect(probabilities.every((p) => p >= 0 && p <= 100)).toBe(true);
    expect(probabilities[0]).toBeGreaterThan(0);
    expect(probabilities).toEqual([...probabilities].sort((a, b) => b - a));
  }

  await andRun(page, () => page.getByRole("radio", { name: /^Zero/ }).check());
  const zeroed = await rowsOf(afterTable(page));
  expect(await rowsOf(beforeTable(page))).toEqual(before);
  expect(zeroed).not.toEqual(steered);
  // What a token had before is its probability now less the change: it must be what the first table says.
  for (const { token, numbers } of zeroed) {
    const had = before.find((row) => row.token === token)?.numbers[0];
    if (had !== undefined) {
      expect(Math.abs((numbers[0] as number) - (numbers[1] as number) - had)).toBeLessThan(0.2);
    }
  }

  await andRun(page, () => page.getByRole("radio", { name: /^None/ }).check());
  const same = await rowsOf(afterTable(page));
  expect(same.map(({ token, numbers }) => [token, numbers[0]])).toEqual(
    before.map(({ token, numbers }) => [token, numbers[0]]),
  );
  expect(same.every(({ numbers }) => numbers[1] === 0)).toBe(true);
});

test("wasm: the code shown is the experiment, for every edit and place", async ({ page }) => {
  await open(page, "backend=wasm");
  await expect(page.getByRole("region", { name: "Model" })).toContainText("wasm");
  const code = page.getByRole("region", { name: "The same in code" }).locator("pre");
  const run = async () => {
    const shown = (await code.textContent()) ?? "";
    const values = await page.evaluate(async (text) => {
      const source = text.replace(
        /import .*;/,
        `const { LanguageModel } = await import("/packages/insitu/src/index.ts");`,
      );
      const main = new Function(
        `return (async () => { ${source}\n await model.dispose(); return Array.from(after.values.data); })()`,
      );
      return (await main()) as number[];
    }, shown);
    const rows = await rowsOf(afterTable(page));
    rows.forEach(({ numbers }, i) => {
      const percent = (values[i] as number) * 100;
      // As near as the digits shown allow.
      expect(Math.abs((numbers[0] as number) - percent)).toBeLessThan(percent >= 0.995 ? 0.06 : 0.006);
    });
    return shown;
  };
  expect(await run()).toContain('model.transformer.h[2].output.at(":, -1")');

  await andRun(page, () => page.getByRole("radio", { name: /^Patch/ }).check());
  await andRun(page, () => page.getByRole("radio", { name: "MLP" }).check());
  expect(await run()).toContain('model.transformer.h[2].mlp.output.at(":, -1").set(there);');

  await andRun(page, () => page.getByRole("radio", { name: /^Scale/ }).check());
  await andRun(page, () => page.getByLabel("Factor").fill("-1.5"));
  await andRun(page, () => page.getByRole("radio", { name: "attention", exact: true }).check());
  await andRun(page, () => page.getByRole("radio", { name: '1: "', exact: false }).check());
  expect(await run()).toContain('model.transformer.h[2].attn.output[0].at(":, 1").mul_(-1.5);');

  await andRun(page, () => page.getByRole("radio", { name: "embedding" }).check());
  await expect(page.getByRole("radio", { name: "MLP" })).toBeDisabled();
  await expect(page.getByRole("radio", { name: /^Ablate a head/ })).toBeDisabled();
  expect(await run()).toContain('model.transformer.h[0].input.at(":, 1").mul_(-1.5);');

  await andRun(page, () => page.getByRole("radio", { name: "1", exact: true }).check());
  await andRun(page, () => page.getByRole("radio", { name: /^Ablate a head/ }).check());
  await andRun(page, () => page.getByLabel("Head", { exact: true }).selectOption("3"));
  await andRun(page, () => page.getByRole("radio", { name: "every position" }).check());
  expect(await run()).toContain('model.transformer.h[1].attn.source.z.at(":, :, 3").set(0);');
});

test("problems stand by their field, and the page goes on", async ({ page }) => {
  await open(page, "backend=wasm");
  const prompt = page.getByRole("textbox", { name: "Prompt", exact: true });
  const alert = page.getByRole("alert").filter({ hasText: /./ });

  await prompt.fill("word ".repeat(400));
  await expect(alert).toContainText(/The prompt has \d+ tokens; this model has \d+ positions/);
  await expect(alert).toContainText("PromptError");
  await expect(prompt).toHaveAttribute("aria-invalid", "true");
  await expect(prompt).toHaveAccessibleDescription(/Shorten it/);
  await expect(afterTable(page).getByRole("rowheader")).toHaveCount(0);

  await prompt.fill("Rome is in");
  await prompt.press("Enter");
  await settled(page);
  await expect(alert).toHaveCount(0);
  expect(await rowsOf(afterTable(page))).toHaveLength(10);

  const second = page.getByRole("textbox", { name: "Second prompt" });
  await second.fill("");
  await expect(alert).toContainText("The prompt is empty");
  await expect(second).toHaveAttribute("aria-invalid", "true");

  await andRun(page, () => page.getByRole("radio", { name: /^Scale/ }).check());
  await page.getByLabel("Factor").fill("");
  await expect(alert).toContainText("The factor is not a number.");
  await page.getByLabel("Factor").fill("1e38");
  await expect(alert).toContainText("overflow");
  await andRun(page, () => page.getByLabel("Factor").fill("2"));
  await expect(alert).toHaveCount(0);
});

test("a model that is not there: what is wrong, what to do, and another try", async ({ page }) => {
  await page.goto("/?backend=wasm&model=/weights/none");
  const alert = page.getByRole("region", { name: "Model" }).getByRole("alert");
  await expect(alert).toContainText("/weights/none/ has no config.json");
  await expect(alert).toContainText("Check the name or the address");
  await expect(alert).toContainText("CheckpointError");
  await page.route("**/weights/none/*", (route) =>
    route.continue({ url: route.request().url().replace("none", "tiny") }),
  );
  await page.getByRole("button", { name: "Try again" }).click();
  await settled(page);
  await expect(alert).toHaveCount(0);
});

test("a backend that is not there: what there is, and a way on", async ({ page }) => {
  await page.goto("/?backend=abacus&prompt=One%20two");
  const alert = page.getByRole("region", { name: "Model" }).getByRole("alert");
  await expect(alert).toContainText('There is no backend "abacus".');
  await alert.getByRole("link", { name: "Run it on wasm" }).click();
  await settled(page);
  await expect(page.getByRole("textbox", { name: "Prompt", exact: true })).toHaveValue("One two");
});

test("390 px wide: no horizontal scroll; the keyboard alone changes the edit", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page, "backend=wasm");
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);

  const first = await rowsOf(afterTable(page));
  await page.getByRole("textbox", { name: "Prompt", exact: true }).focus();
  const focused = () => page.evaluate(() => (document.activeElement as HTMLInputElement).value);
  for (const stop of ["-1", "2", "block", "steer"]) {
    await page.keyboard.press("Tab");
    expect(await focused()).toBe(stop);
    if (stop === "-1") {
      // The chips are drawn anew with the tokens only, so the one in use keeps the focus.
      await andRun(page, () => page.keyboard.press("ArrowLeft"));
      expect(await focused()).not.toBe("-1");
      await expect(page.locator("pre")).toContainText(`.at(":, ${await focused()}")`);
    }
  }
  await andRun(page, () => page.keyboard.press("ArrowUp"));
  expect(await focused()).toBe("scale");
  expect(await rowsOf(afterTable(page))).not.toEqual(first);
});

test("a newer run supersedes an older one", async ({ page }) => {
  await open(page, "backend=wasm");
  const zero = page.getByRole("radio", { name: /^Zero/ });
  await andRun(page, () => zero.check());
  const zeroed = await rowsOf(afterTable(page));
  for (const name of [/^None/, /^Patch/, /^Scale/, /^Steer/]) {
    await page.getByRole("radio", { name }).check();
    await page.getByRole("textbox", { name: "Prompt", exact: true }).press("Enter");
  }
  await zero.check();
  await page.getByRole("textbox", { name: "Prompt", exact: true }).press("Enter");
  await settled(page);
  expect(await rowsOf(afterTable(page))).toEqual(zeroed);
  await page.waitForTimeout(500);
  expect(await rowsOf(afterTable(page))).toEqual(zeroed);
});
