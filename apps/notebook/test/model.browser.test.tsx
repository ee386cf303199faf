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

/** What a reader has on the disk. */
const FILES = ["config.json", "model.safetensors", "tokenizer.json"];
const blobOf = async (name: string) => (await fetch(`${TINY}/${name}`)).blob();

/** Once they are loaded, under the name of files. */
async function expectFiles() {
  await expect.poll(() => host.getState().status, { timeout: 30_000 }).toBe("ready");
  expect(host.getState().name).toBe("files");
  expect(host.getState().model!.tokenizer.decode(host.getState().model!.tokenizer.encode(" Paris"))).toBe(" Paris");
}

test("files of the reader's own, picked or dropped", async () => {
  const files = await Promise.all(FILES.map(async (name) => new File([await blobOf(name)], name)));
  await render(<ModelBar models={host} />);
  await chip().click();
  await page.getByRole("combobox", { name: "Run on" }).selectOptions("cpu");
  await userEvent.upload(page.getByLabelText("Files of a model"), files);
  await expectFiles();
  const before = host.getState().model;
  const dataTransfer = new DataTransfer();
  for (const file of files) dataTransfer.items.add(file);
  const place = document.querySelector(".model-drop")!;
  place.dispatchEvent(new DragEvent("dragover", { dataTransfer, bubbles: true, cancelable: true }));
  await expect.poll(() => place.getAttribute("data-over")).toBe("true");
  place.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
  await expect.poll(() => host.getState().model !== before, { timeout: 30_000 }).toBe(true);
  await expectFiles();
  expect(place.getAttribute("data-over")).toBe("false");
});

test("a folder of the reader's own; one that is not picked after all changes nothing", async () => {
  // Nobody can press the buttons of the browser's dialog: what it gives is a real folder's handle, of this origin's own.
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle("a reader's model", { create: true });
  for (const name of FILES) {
    const file = await (await folder.getFileHandle(name, { create: true })).createWritable();
    await file.write(await blobOf(name));
    await file.close();
  }
  const picker = vi.fn(async () => folder);
  vi.stubGlobal("showDirectoryPicker", picker);
  try {
    await render(<ModelBar models={host} />);
    await chip().click();
    await page.getByRole("combobox", { name: "Run on" }).selectOptions("cpu");
    picker.mockRejectedValueOnce(new DOMException("The user aborted a request.", "AbortError"));
    await page.getByRole("button", { name: "Folder" }).click();
    expect(picker).toHaveBeenCalledTimes(1);
    expect(host.getState().status).toBe("idle");
    await page.getByRole("button", { name: "Folder" }).click();
    await expectFiles();
  } finally {
    vi.unstubAllGlobals();
    await root.removeEntry(folder.name, { recursive: true });
  }
});

test("a gated model says so, and comes with a token, at the commit that is asked for", async () => {
  const api = await fetch(`${HUB}/api/models/insitu/gated/revision/main`, {
    headers: { Authorization: "Bearer hf_insitu" },
  });
  const { sha } = (await api.json()) as { sha: string };
  await render(<ModelBar models={host} />);
  await chip().click();
  await page.getByRole("combobox", { name: "Run on" }).selectOptions("cpu");
  await page.getByRole("combobox", { name: /Hugging Face Hub/ }).fill("insitu/gated");
  const load = page.getByRole("button", { name: "Load", exact: true });
  await load.click();
  await expect.element(page.getByRole("alert")).toHaveTextContent(/is restricted.*pass a token/);
  await page.getByText("More: revision, access token").click();
  await page.getByLabelText(/Access token/).fill("hf_insitu");
  await page.getByLabelText("Branch, tag or commit").fill(sha);
  await load.click();
  await expect.poll(() => host.getState().status, { timeout: 30_000 }).toBe("ready");
  expect(await LanguageModel.cache.list("insitu/gated")).toMatchObject([{ revision: sha, complete: true }]);
  await LanguageModel.cache.delete("insitu/gated");
});

test("what is kept is listed with its bytes, and deleted, one by one or all", async () => {
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
  for (const name of ["insitu/tiny-random", "insitu/tiny-f16"]) await host.load(name, { backend: "cpu" });
  await expect.element(kept).toHaveTextContent("insitu/tiny-f16");
  await page.getByRole("button", { name: "Delete all" }).click();
  await expect.element(kept).toHaveTextContent("Nothing yet.");
  expect(await LanguageModel.cache.list()).toEqual([]);
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
