/** The built notebook in a browser, as its reader has it. */
import { expect, type Page } from "@playwright/test";
import type { Output } from "../src/outputs/output.ts";
import type { CellRun, SessionState } from "../src/session/sessionState.ts";

/** Where playwright.config.ts has it served. */
export const SITE = "http://localhost:5180/";

/** What the page has for the browser's console. */
export interface Insitu {
  readonly session: { getState(): SessionState; interrupt(): void };
  readonly models: {
    getState(): {
      status: string;
      name: string;
      device?: { adapter: string; backend: string };
      memory?: { numTensors: number };
    };
    measure(): Promise<void>;
  };
}

declare global {
  var insitu: Insitu;
}

export interface OpenOptions {
  backend?: "webgpu" | "wasm" | "cpu";
  /** Whether the first visit's tour is shown. */
  tour?: boolean;
  hash?: string;
}

/** Opens the page, its model loaded. */
export async function open(
  page: Page,
  { backend = "webgpu", tour = false, hash = "" }: OpenOptions = {},
): Promise<void> {
  await page.goto(`${SITE}?backend=${backend}${tour ? "" : "&tour=no"}${hash}`);
  await ready(page);
}

export async function ready(page: Page): Promise<void> {
  await page.waitForFunction(() => globalThis.insitu?.models.getState().status === "ready", undefined, {
    timeout: 90_000,
  });
}

/** Waits until nothing runs and nothing is queued, and at least so many code cells have ended. */
export async function settled(page: Page, atLeast = 1): Promise<void> {
  await page.waitForFunction(
    (atLeast) => {
      const runs = [...globalThis.insitu.session.getState().runs.values()];
      const ended = runs.filter(({ state }) => state === "done" || state === "error" || state === "interrupted");
      return ended.length >= atLeast && !runs.some(({ state }) => state === "running" || state === "queued");
    },
    atLeast,
    { timeout: 60_000 },
  );
}

export interface CodeCell {
  readonly source: string;
  readonly run: CellRun | undefined;
}

/** The code cells and what became of them, typed arrays and all. */
export async function codeCells(page: Page): Promise<CodeCell[]> {
  const text = await page.evaluate(() => {
    const { notebook, runs } = globalThis.insitu.session.getState();
    const cells = notebook.cells
      .filter(({ kind }) => kind === "code")
      .map(({ id, source }) => ({ source, run: runs.get(id) }));
    return JSON.stringify(cells, (_, value) =>
      ArrayBuffer.isView(value)
        ? { $array: value.constructor.name, values: Array.from(value as Float32Array, String) }
        : value,
    );
  });
  const arrays = { Float32Array, Int32Array, Uint8Array };
  return JSON.parse(text, (_, value) =>
    value?.$array ? arrays[value.$array as keyof typeof arrays].from(value.values.map(Number)) : value,
  ) as CodeCell[];
}

/** What the last code cell gave. */
export async function lastOutputs(page: Page): Promise<readonly Output[]> {
  return (await codeCells(page)).at(-1)?.run?.outputs ?? [];
}

/** Begins a notebook of one's own, empty, by the keyboard; the focus is in its first cell's editor. */
export async function begin(page: Page): Promise<void> {
  await command(page, "New notebook");
  await expect(page.getByRole("textbox", { name: "Title of the notebook" })).toHaveValue("Untitled");
  await page.waitForFunction(() => globalThis.insitu.session.getState().notebook.cells.length <= 1);
}

/** Does a command by its name, in the palette. */
export async function command(page: Page, name: string): Promise<void> {
  await page.keyboard.press("ControlOrMeta+Shift+P");
  const field = page.getByRole("combobox", { name: "Command" });
  await expect(field).toBeFocused();
  await page.keyboard.type(name);
  await expect(page.getByRole("option", { selected: true })).toContainText(name);
  await page.keyboard.press("Enter");
}

/** Replaces what stands in the editor that has the focus. */
export async function write(page: Page, code: string): Promise<void> {
  await expect(page.locator(".cm-content:focus")).toHaveCount(1);
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.insertText(code);
}

/** Leaves the editor; a list of completions that is open closes first. */
export async function leave(page: Page): Promise<void> {
  await expect(async () => {
    await page.keyboard.press("Escape");
    await expect(page.locator(".cm-content:focus")).toHaveCount(0, { timeout: 300 });
  }).toPass();
}
