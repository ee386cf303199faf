/** Each fault does what it says, where it says, as often as it says. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathsInfo } from "@huggingface/hub";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Hub, startHub } from "../lookalike.mjs";

const WEIGHTS = Buffer.from(Array.from({ length: 400_000 }, (_, i) => (i * 11) % 253));
const SIZE = WEIGHTS.length;
const REPO = "insitu/one";
const FILE = "model.safetensors";

let hub: Hub;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "insitu-hub-"));
  writeFileSync(join(folder, FILE), WEIGHTS);
  const files = { "config.json": "{}", [FILE]: WEIGHTS };
  hub = await startHub({
    repos: { [REPO]: { files }, "insitu/disk": { files: { [FILE]: { path: join(folder, FILE) } } } },
  });
});

afterAll(async () => {
  await hub.close();
  rmSync(folder, { recursive: true });
});

afterEach(() => {
  hub.clearFaults();
  hub.resetRequests();
});

const get = (file = FILE, bytes?: string, init: RequestInit = {}) =>
  fetch(`${hub.url}/${REPO}/resolve/main/${file}`, {
    ...init,
    ...(bytes ? { headers: { Range: `bytes=${bytes}` } } : {}),
  });

/** What arrives, and whether it ended in an error. */
async function received(response: Response): Promise<{ bytes: Buffer; broken: boolean }> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) chunks.push(chunk);
    return { bytes: Buffer.concat(chunks), broken: false };
  } catch {
    return { bytes: Buffer.concat(chunks), broken: true };
  }
}

test("statuses: at the CDN by default, at the hub where asked, at the API", async () => {
  for (const status of [401, 403, 404, 429, 500, 503]) {
    hub.setFault({ repo: REPO, file: FILE, status, times: 1, retryAfter: 2 });
    const response = await get();
    expect([response.status, response.headers.get("retry-after")]).toEqual([status, "2"]);
    expect(hub.requests.map((r) => [r.origin, r.status])).toEqual([
      ["hub", 302],
      ["cdn", status],
    ]);
    expect((await get()).status).toBe(200);
    hub.resetRequests();
  }
  hub.setFault({ file: FILE, hop: "hub", status: 500 });
  await get();
  expect(hub.requests.map((r) => [r.origin, r.status])).toEqual([["hub", 500]]);
  expect((await get("config.json")).status).toBe(200);
  hub.setFault({ hop: "api", status: 503 });
  expect((await fetch(`${hub.url}/api/models/${REPO}`)).status).toBe(503);
});

test("from the nth request on, so many times, until it is cleared", async () => {
  const statuses = async () => [(await get()).status, (await get()).status, (await get()).status, (await get()).status];
  hub.setFault({ file: FILE, status: 500, nth: 2, times: 2 });
  expect(await statuses()).toEqual([200, 500, 500, 200]);
  hub.setFault({ status: 503 });
  expect(await statuses()).toEqual([503, 503, 503, 503]);
  hub.clearFaults();
  expect(await statuses()).toEqual([200, 200, 200, 200]);
});

test("cut: at an offset of the file, so that going on from there works", async () => {
  for (const repo of [REPO, "insitu/disk"]) {
    hub.setFault({ file: FILE, cut: 250_001 });
    const url = `${hub.url}/${repo}/resolve/main/${FILE}`;
    const first = await received(await fetch(url));
    expect([first.broken, first.bytes.equals(WEIGHTS.subarray(0, 250_001))]).toEqual([true, true]);
    const headers = { Range: "bytes=200000-" };
    expect((await received(await fetch(url, { headers }))).bytes.length).toBe(50_001);
    const rest = await received(await fetch(url, { headers: { Range: "bytes=250001-" } }));
    expect([rest.broken, rest.bytes.equals(WEIGHTS.subarray(250_001))]).toEqual([false, true]);
    hub.clearFaults();
  }
});

test("stall: so many bytes, then nothing", async () => {
  hub.setFault({ file: FILE, stall: 100_000 });
  const response = await get(FILE, undefined, { signal: AbortSignal.timeout(300) });
  const { bytes, broken } = await received(response);
  expect([bytes.length, broken]).toEqual([100_000, true]);
  expect(hub.requests.at(-1)?.bytesSent).toBe(100_000);
});

test("length: a wrong size, wherever it is told", async () => {
  const where = { repo: REPO, hubUrl: hub.url, paths: [FILE] };
  for (const by of [7, -7]) {
    hub.setFault({ file: FILE, length: by });
    const first = await get(FILE, undefined, { redirect: "manual" });
    expect(first.headers.get("x-linked-size")).toBe(String(SIZE + by));
    expect((await get(FILE, "0-9")).headers.get("content-range")).toBe(`bytes 0-9/${SIZE + by}`);
    expect((await get()).headers.get("content-length")).toBe(String(SIZE + by));
    expect((await pathsInfo(where))[0]?.size).toBe(SIZE + by);
    hub.clearFaults();
  }
  hub.setFault({ file: FILE, length: 7 });
  expect(await received(await get())).toMatchObject({ broken: true, bytes: { length: SIZE } });
});

test("truncate: shorter, and consistent", async () => {
  hub.setFault({ file: FILE, truncate: 1000 });
  const { bytes, broken } = await received(await get());
  expect([broken, bytes.equals(WEIGHTS.subarray(0, SIZE - 1000))]).toEqual([false, true]);
  expect((await get(FILE, "-1")).headers.get("content-range")).toBe(
    `bytes ${SIZE - 1001}-${SIZE - 1001}/${SIZE - 1000}`,
  );
  expect((await get(FILE, undefined, { redirect: "manual" })).headers.get("x-linked-size")).toBe(String(SIZE - 1000));
});

test("flip: one bit of that byte, in whatever range it comes", async () => {
  hub.setFault({ file: FILE, flip: 200_000 });
  const wrong = Buffer.from(WEIGHTS);
  wrong[200_000]! ^= 1;
  expect((await received(await get())).bytes.equals(wrong)).toBe(true);
  expect((await received(await get(FILE, "199999-200001"))).bytes.equals(wrong.subarray(199_999, 200_002))).toBe(true);
  expect((await received(await get(FILE, "0-199999"))).bytes.equals(WEIGHTS.subarray(0, 200_000))).toBe(true);
});

test("a web page, a whole file for a range, no ETag", async () => {
  hub.setFault({ file: "config.json", html: true });
  const page = await get("config.json");
  expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
  expect(await page.text()).toMatch(/^<!doctype html>/);
  hub.clearFaults();
  hub.setFault({ file: FILE, ignoreRange: true });
  const whole = await get(FILE, "10-19");
  expect([whole.status, whole.headers.get("content-range"), (await received(whole)).bytes.length]).toEqual([
    200,
    null,
    SIZE,
  ]);
  hub.clearFaults();
  for (const hop of ["hub", "cdn"] as const) hub.setFault({ hop, noEtag: true });
  expect((await get()).headers.get("etag")).toBeNull();
  expect((await get("config.json")).headers.get("etag")).toBeNull();
  expect((await get(FILE, undefined, { redirect: "manual" })).headers.get("x-linked-etag")).toBeNull();
});

test("slow: so many bytes a second", async () => {
  hub.setFault({ file: FILE, slow: 100_000 });
  const begun = performance.now();
  expect((await received(await get(FILE, "0-29999"))).bytes.length).toBe(30_000);
  expect(performance.now() - begun).toBeGreaterThan(250);
});

test("a client that does not read is waited for", async () => {
  const response = await get();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(hub.requests.at(-1)?.bytesSent).toBeLessThanOrEqual(SIZE);
  await response.body?.cancel();
  expect((await get()).status).toBe(200);
});

test("what is no fault is refused", () => {
  expect(() => hub.setFault({ file: FILE })).toThrow(/is no fault/);
  expect(() => hub.setFault({ stahl: 5 } as never)).toThrow(/is no fault/);
});

test("the same over HTTP, for pages", async () => {
  const control = (path: string, init: RequestInit = {}) => fetch(`${hub.url}/__control/${path}`, init);
  await control("faults", { method: "POST", body: JSON.stringify([{ file: FILE, status: 500 }]) });
  expect((await get()).status).toBe(500);
  const logged = await (await control("requests")).json();
  expect(logged.map((r: { status: number }) => r.status)).toEqual([302, 500]);
  await control("faults", { method: "DELETE" });
  await control("requests", { method: "DELETE" });
  expect([(await get()).status, hub.requests.length]).toEqual([200, 2]);
  const before = hub.commitOf(REPO);
  const put = await control(`files?repo=${REPO}&file=config.json`, { method: "PUT", body: "{ }" });
  expect([put.status, await (await get("config.json")).text()]).toEqual([200, "{ }"]);
  expect(hub.commitOf(REPO)).not.toBe(before);
  expect((await control("faults", { method: "POST", body: '{"nonsense": 1}' })).status).toBe(400);
  const preflight = await control("faults", {
    method: "OPTIONS",
    headers: { "Access-Control-Request-Method": "DELETE" },
  });
  expect(preflight.headers.get("access-control-allow-methods")).toContain("DELETE");
  expect((await control("nothing")).status).toBe(404);
});
