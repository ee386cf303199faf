/** The model bar and the tree of modules, on a real model: what they say is so, and what they offer is done. */
import axe from "axe-core";
import { env, LanguageModel } from "insitu";
import { afterEach, beforeEach, expect, inject, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { cleanup, render } from "vitest-browser-react";
import "../src/style/theme.css";
import { ModelBar } from "../src/model/modelBar.tsx";
import { ModelHost } from "../src/model/modelHost.ts";
import type { ModelState } from "../src/model/modelState.ts";
import { ModuleTree } from "../src/model/moduleTree.tsx";

const TINY = "/weights/tiny";
const HUB: string = inject("hub");
const DEFAULTS = { ...env };

let host: ModelHost;

beforeEach(async () => {
  Object.assign(env, DEFAULTS, { remoteHost: HUB });
  host = new ModelHost();
});

afterEach(async () => {
  host.cancel();
  cleanup();
  await host.getState().model?.dispose();
});

const chip = () => page.getByRole("button", { name: /^Model:/ });
const note = () => document.querySelector(".model-chip-note")!.textContent;

test("progress is told, nothing moves meanwhile, then device and memory; axe finds nothing", async () => {
  const shifts: number[] = [];
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) shifts.push((entry as PerformanceEntry & { value: number }).value);
  });
  await render(
    <header style={{ display: "flex", gap: 8 }}>
      <ModelBar models={host} />
      <span id="beside">beside it</span>
    </header>,
  );
  observer.observe({ type: "layout-shift" });
  const places = new Set<string>();
  const seen: (string | undefined)[] = [];
  const stop = host.subscribe(() => {
    seen.push(host.getState().progress?.phase);
    const { left, top } = document.querySelector("#beside")!.getBoundingClientRect();
    places.add(`${left} ${top}`);
  });
  await host.load(TINY, { backend: "cpu" });
  stop();
  await expect.element(page.getByRole("button", { name: /^Model: weights\/tiny JavaScript/ })).toBeVisible();
  expect(seen).toContain("config");
  // Fetched, or kept by the browser from before.
  expect(seen.includes("download") || seen.includes("verify")).toBe(true);
  expect(places.size).toBe(1);
  expect(shifts).toEqual([]);
  observer.disconnect();
  await chip().click();
  await expect.element(page.getByRole("region", { name: "Loaded" })).toHaveTextContent(/[\d.]+ MB in \d+ tensors/);
  const { violations } = await axe.run(document, { runOnly: ["wcag2a", "wcag2aa"] });
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
});

test("a software adapter is called one", async () => {
  await render(<ModelBar models={host} />);
  await host.load(TINY, { backend: "webgpu" });
  await expect.poll(note).toMatch(/swiftshader — software: this is not a GPU/);
  await chip().click();
  await expect.element(page.getByRole("region", { name: "Loaded" })).toHaveTextContent(/software: this is not a GPU/);
});

test("what is written is judged as it is typed; an error says the remedy, and is tried again", async () => {
  await render(<ModelBar models={host} />);
  await chip().click();
  const field = page.getByRole("combobox", { name: /Hugging Face Hub/ });
  const load = page.getByRole("button", { name: "Load", exact: true });
  await field.fill("a/b/c");
  await expect.element(page.getByText("A hub id is owner/name; a folder here begins with a slash.")).toBeVisible();
  await expect.element(load).toBeDisabled();
  await field.fill("/weights/none");
  await page.getByRole("combobox", { name: "Run on" }).selectOptions("cpu");
  await load.click();
  const alert = page.getByRole("alert");
  await expect.element(alert).toHaveTextContent("CheckpointError");
  const { error } = host.getState() as ModelState & { error: { remedy: string } };
  await expect.element(alert).toHaveTextContent(error.remedy);
  await page.getByRole("button", { name: "Retry" }).click();
  await expect.poll(() => host.getState().error !== error && host.getState().status, { timeout: 30_000 }).toBe("error");
  await field.fill(TINY);
  await load.click();
  await expect.poll(() => host.getState().device?.backend, { timeout: 30_000 }).toBe("cpu");
});

test("a load is cancelled", async () => {
  await fetch(`${HUB}/__control/faults`, {
    method: "POST",
    body: JSON.stringify({ file: "model.safetensors", slow: 2e4 }),
  });
  await render(<ModelBar models={host} />);
  await chip().click();
  const loading = host.load("insitu/tiny-random", { backend: "cpu" });
  await page.getByRole("button", { name: "Cancel" }).click();
  await loading;
  expect(host.getState().status).toBe("idle");
  await expect.element(page.getByRole("progressbar")).not.toBeInTheDocument();
  await fetch(`${HUB}/__control/faults`, { method: "DELETE" });
});

test("files of the reader's own", async () => {
  const files = await Promise.all(
    ["config.json", "model.safetensors", "tokenizer.json"].map(
      async (name) => new File([await (await fetch(`${TINY}/${name}`)).blob()], name),
    ),
  );
  await render(<ModelBar models={host} />);
  await chip().click();
  await page.getByRole("combobox", { name: "Run on" }).selectOptions("cpu");
  await userEvent.upload(page.getByLabelText("Files of a model"), files);
  await expect.poll(() => host.getState().status, { timeout: 10_000 }).toBe("ready");
  expect(host.getState().name).toBe("files");
  expect(host.getState().model!.tokenizer.decode(host.getState().model!.tokenizer.encode(" Paris"))).toBe(" Paris");
});

test("what is kept is listed with its bytes, and deleted", async () => {
  await LanguageModel.cache.delete();
  await render(<ModelBar models={host} />);
  await chip().click();
  const kept = page.getByRole("region", { name: "Kept for offline" });
  await expect.element(kept).toHaveTextContent("Nothing yet.");
  await host.load("insitu/tiny-random", { backend: "cpu" });
  await expect.element(kept).toHaveTextContent("insitu/tiny-random");
  const bytes = await LanguageModel.cache.size("insitu/tiny-random");
  expect(bytes).toBeGreaterThan(1e5);
  await page.getByRole("button", { name: "Delete insitu/tiny-random" }).click();
  await expect.element(kept).toHaveTextContent("Nothing yet.");
  expect(await LanguageModel.cache.size()).toBe(0);
});

test("the tree inserts paths, and lines that run", async () => {
  const onInsert = vi.fn<(code: string) => void>();
  const screen = await render(<ModuleTree models={host} onInsert={onInsert} />);
  await expect.element(screen.getByText("Load a model to see its modules.")).toBeVisible();
  await host.load(TINY, { backend: "cpu" });
  await screen.getByRole("searchbox").fill("h[0] pattern");
  await userEvent.keyboard("{ArrowDown}{End}{Enter}");
  const path = "model.transformer.h[0].attn.source.pattern";
  await expect.poll(() => onInsert.mock.lastCall?.[0]).toBe(path);
  await screen.getByRole("button", { name: "Insert to read it" }).click();
  const read = onInsert.mock.lastCall![0];
  expect(read).toBe(`const x = await model.trace(prompt, () => ${path}.save());`);
  await screen.getByRole("button", { name: "Insert to edit it" }).click();
  const edit = onInsert.mock.lastCall![0];
  expect(edit).toBe(`${path}.at(":, -1").set(0);`);
  const { model } = host.getState();
  const run = new Function(
    "model",
    "prompt",
    `return (async () => { ${read} await model.trace(prompt, () => { ${edit} }); return x.shape; })();`,
  );
  expect(await run(model, "The Eiffel Tower")).toEqual([1, 8, expect.any(Number), expect.any(Number)]);
});
