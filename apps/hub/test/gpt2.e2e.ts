/**
 * The model that is as large as OpenAI's GPT-2 (548 MB of random weights, made once), from a hub whose
 * connection breaks, into a browser that keeps it, and run with the network off: against torch.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium, expect, type Page, test } from "@playwright/test";
import { chromiumLaunch } from "../../../scripts/chromium.mjs";
import { cachedCheckpoint } from "../cachedCheckpoint.mjs";
import { startHub } from "../lookalike.mjs";
import { repoOnDisk } from "../repos.mjs";
import type { TestPage } from "../src/page.ts";
import { JsMemory } from "./jsMemory.ts";

const ID = "openai-community/gpt2";
const WEIGHTS = "model.safetensors";
/** What a load may lose of what has come: a segment of the cache. */
const SEGMENT = 8 * 2 ** 20;

let hub: Awaited<ReturnType<typeof startHub>>;
let context: BrowserContext;
let page: Page;
let profile: string;

test.beforeAll(async ({ baseURL }, info) => {
  info.setTimeout(180_000);
  hub = await startHub({ repos: { [ID]: await repoOnDisk("gpt2") } });
  // A profile on disk: a private window's storage is in memory.
  profile = await mkdtemp(join(tmpdir(), "insitu-"));
  const address = baseURL as string;
  context = await chromium.launchPersistentContext(profile, { headless: true, baseURL: address, ...chromiumLaunch() });
  page = context.pages()[0] ?? (await context.newPage());
});

test.afterAll(async () => {
  await context?.close();
  await hub?.close();
  if (profile) await rm(profile, { recursive: true, force: true });
});

const open = async () => {
  await page.goto("/apps/hub/page/index.html");
  await page.locator("body[data-ready]").waitFor({ state: "attached" });
};

const load = () => page.evaluate(([url, id]) => inPage().load(url, id), [hub.url, ID] as const);

/** Of the page that functions given to `evaluate` run in. */
declare function inPage(): TestPage;

const sent = () => hub.requests.filter(({ file, origin }) => file === WEIGHTS && origin === "cdn");

test("cut at 40 %, taken up again, kept, loaded with the network off, and torch's numbers", async () => {
  test.setTimeout(300_000);
  await context.addInitScript("globalThis.inPage = () => globalThis.page");
  await open();
  const heap = await JsMemory.watch(context, page);
  const { size } = (await cachedCheckpoint("gpt2")).files[WEIGHTS] as { size: number };
  const cut = Math.floor(0.4 * size);

  // The connection breaks at 40 %, and the server is gone for a while: the load fails.
  hub.setFault({ file: WEIGHTS, cut });
  hub.setFault({ file: WEIGHTS, nth: 2, status: 503 });
  const broken = await load();
  expect(broken.error).toMatchObject({ name: "CheckpointError", details: { file: WEIGHTS, status: 503 } });
  const kept = broken.error?.details["offset"] as number;
  expect(kept).toBeGreaterThan(cut - SEGMENT);
  expect(kept).toBeLessThanOrEqual(cut);

  // Another page goes on from there; the connection breaks once more, within the load.
  await open();
  hub.clearFaults();
  hub.resetRequests();
  // Once: what a connection brought just before it broke, the browser may forget, and the next begins before the cut.
  hub.setFault({ file: WEIGHTS, cut: Math.floor(0.8 * size), times: 1 });
  const loaded = await load();
  expect(loaded.error).toBeUndefined();
  const got = sent();
  expect(got[0]?.range).toEqual([kept, null]);
  expect(got).toHaveLength(2);
  const again = cut - kept + got.reduce((n, { bytesSent }) => n + bytesSent, 0) - (size - cut);
  expect(again).toBeLessThanOrEqual(SEGMENT);
  heap.stop();
  console.log(
    `${loaded.adapter}: the rest in ${loaded.seconds.toFixed(1)} s; ${again} bytes fetched twice of ${size}; ` +
      `JavaScript's memory, page and worker, at most ${(heap.peak / 1e6).toFixed(0)} MB (${heap.samples} samples)`,
  );
  expect(heap.samples).toBeGreaterThan(50);
  expect(heap.peak).toBeLessThan(200e6);

  // The page anew, and no network but the page's own server, which has its scripts.
  await open();
  await hub.close();
  const offline = await load();
  expect(offline.error).toBeUndefined();
  expect(offline.notice).toMatch(/could not be reached/);
  expect(Object.keys(offline.phases)).toEqual(expect.arrayContaining(["verify", "upload", "compile", "ready"]));
  expect(offline.phases["download"]).toBeUndefined();
  const compared = await page.evaluate(() => inPage().compare());
  console.log(
    `from what is kept in ${offline.seconds.toFixed(1)} s; ${compared.parameters} parameters, off by ` +
      `${compared.parameter.error}; ${compared.sites} places, off by ${compared.site.error.toExponential(1)} ` +
      `(${compared.site.name}); logits by ${compared.logits.toExponential(1)}`,
  );
  expect(compared.failures).toEqual([]);
  expect([compared.parameters, compared.parameter.error]).toEqual([148, 0]);
  expect(compared.site.error, compared.site.name).toBeLessThan(1e-4);
  expect(compared.logits).toBeLessThan(1e-3);
  expect(compared.tensors[1]).toBe(compared.tensors[0]);
  // OpenAI's own vocabulary, which came as vocab.json and merges.txt.
  const text = "The Eiffel Tower is in the city of";
  const ids = [464, 412, 733, 417, 8765, 318, 287, 262, 1748, 286];
  expect(await page.evaluate((text) => inPage().tokens(text), text)).toEqual({ ids, text });
  const [cached] = await page.evaluate(() => inPage().cached());
  expect(cached).toMatchObject({ model: ID, revision: "main", complete: true });
});
