/** The look-alike behaves as the hub: what it answers, to plain requests and to Hugging Face's own client. */
import { createHash } from "node:crypto";
import { downloadFile, fileDownloadInfo, listFiles, modelInfo, pathsInfo } from "@huggingface/hub";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Hub, startHub } from "../lookalike.mjs";

const WEIGHTS = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7) % 251));
const CONFIG = '{"model_type": "gpt2"}\n';
const SHA256 = createHash("sha256").update(WEIGHTS).digest("hex");
const REPO = "insitu/one";
const TOKEN = "hf_secret";

let hub: Hub;

beforeAll(async () => {
  const files = { "config.json": CONFIG, "model.safetensors": WEIGHTS, "onnx/model.json": "{}" };
  hub = await startHub({
    repos: {
      [REPO]: { files, revisions: { "v1.0": { "config.json": "{}" } } },
      "insitu/gated": { files, token: TOKEN },
      "openai-community/gpt2": { files },
    },
  });
});

afterAll(() => hub.close());

beforeEach(() => hub.resetRequests());

const at = (path: string, init: RequestInit = {}) => fetch(`${hub.url}/${path}`, init);
const hop = (path: string, init: RequestInit = {}) => at(path, { redirect: "manual", ...init });
const range = (bytes: string) => ({ headers: { Range: `bytes=${bytes}` } });
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

test("a small file comes from the hub, under its git hash", async () => {
  const whole = await hop(`${REPO}/resolve/main/config.json`);
  expect([whole.status, await whole.text()]).toEqual([200, CONFIG]);
  // What `git hash-object` prints for it.
  const oid = createHash("sha1").update(`blob ${CONFIG.length}\0${CONFIG}`).digest("hex");
  expect(whole.headers.get("etag")).toBe(`"${oid}"`);
  expect(whole.headers.get("x-repo-commit")).toBe(hub.commitOf(REPO));
  const part = await hop(`${REPO}/resolve/main/config.json`, range("2-6"));
  expect([part.status, await part.text()]).toEqual([206, CONFIG.slice(2, 7)]);
  expect(part.headers.get("content-range")).toBe(`bytes 2-6/${CONFIG.length}`);
  const known = await hop(`${REPO}/resolve/main/config.json`, { headers: { "If-None-Match": `"${oid}"` } });
  expect(known.status).toBe(304);
});

test("an LFS file comes from the second origin, and the redirect says what it is", async () => {
  const first = await hop(`${REPO}/resolve/main/model.safetensors`);
  expect(first.status).toBe(302);
  expect(first.headers.get("x-linked-etag")).toBe(`"${SHA256}"`);
  expect(first.headers.get("x-linked-size")).toBe(String(WEIGHTS.length));
  expect(first.headers.get("x-repo-commit")).toMatch(/^[0-9a-f]{40}$/);
  const location = first.headers.get("location") as string;
  expect(location).toMatch(new RegExp(`^${hub.cdnUrl}/cdn/${SHA256}\\?.*Expires=\\d+&Signature=`));
  const second = await fetch(location);
  expect((await bytesOf(second)).equals(WEIGHTS)).toBe(true);
  expect(second.headers.get("etag")).toMatch(/^"[0-9a-f]{32}"$/);
  expect(second.headers.get("last-modified")).toMatch(/GMT$/);
  expect((await fetch(location.replace(/Signature=..../, "Signature=0000"))).status).toBe(403);
  expect((await hop(`${REPO}/resolve/main/model.safetensors`)).headers.get("location")).not.toBe(location);
});

test("ranges, on the CDN and through the redirect", async () => {
  const path = `${REPO}/resolve/main/model.safetensors`;
  const size = WEIGHTS.length;
  for (const [asked, from, to] of [
    ["0-0", 0, 0],
    ["100-70000", 100, 70_000],
    ["299990-", 299_990, size - 1],
    ["-10", size - 10, size - 1],
    ["299999-999999", size - 1, size - 1],
  ] as const) {
    const response = await at(path, range(asked));
    expect([response.status, response.headers.get("content-range")]).toEqual([206, `bytes ${from}-${to}/${size}`]);
    expect((await bytesOf(response)).equals(WEIGHTS.subarray(from, to + 1))).toBe(true);
  }
  const beyond = await at(path, range(`${size}-`));
  expect([beyond.status, beyond.headers.get("content-range")]).toEqual([416, `bytes */${size}`]);
  const stale = await at(path, { headers: { Range: "bytes=5-9", "If-Range": '"another"' } });
  expect([stale.status, (await bytesOf(stale)).length]).toEqual([200, size]);
});

test("pages of other origins may read it, and send a token", async () => {
  const response = await hop(`${REPO}/resolve/main/model.safetensors`);
  expect(response.headers.get("access-control-allow-origin")).toBe("*");
  for (const name of ["X-Repo-Commit", "X-Error-Code", "ETag", "Content-Range", "X-Linked-Size", "X-Linked-ETag"])
    expect(response.headers.get("access-control-expose-headers")?.split(",")).toContain(name);
  const preflight = await at(`${REPO}/resolve/main/config.json`, {
    method: "OPTIONS",
    headers: { "Access-Control-Request-Headers": "authorization,range" },
  });
  expect(preflight.headers.get("access-control-allow-headers")).toBe("authorization,range");
});

test("HEAD says the same and sends nothing", async () => {
  const head = await at(`${REPO}/resolve/main/model.safetensors`, { method: "HEAD" });
  expect([head.status, head.headers.get("content-length")]).toEqual([200, String(WEIGHTS.length)]);
  expect(hub.requests.map(({ origin, method, bytesSent }) => [origin, method, bytesSent])).toEqual([
    ["hub", "HEAD", 0],
    ["cdn", "HEAD", 0],
  ]);
});

test("a name without an owner moves on to openai-community", async () => {
  const first = await hop("gpt2/resolve/main/config.json");
  expect([first.status, first.headers.get("location")]).toEqual([
    307,
    "/openai-community/gpt2/resolve/main/config.json",
  ]);
  expect(await (await at("gpt2/resolve/main/config.json")).text()).toBe(CONFIG);
  expect((await (await at("api/models/gpt2")).json()).id).toBe("openai-community/gpt2");
  expect((await at("bert/resolve/main/config.json")).status).toBe(401);
});

test("errors have the hub's statuses and codes", async () => {
  for (const [path, status, code] of [
    [`${REPO}/resolve/main/absent.json`, 404, "EntryNotFound"],
    [`${REPO}/resolve/never/config.json`, 404, "RevisionNotFound"],
    ["insitu/absent/resolve/main/config.json", 401, "RepoNotFound"],
    ["insitu/gated/resolve/main/config.json", 401, "GatedRepo"],
    [`api/models/${REPO}/revision/never`, 404, "RevisionNotFound"],
    ["api/models/insitu/absent", 401, "RepoNotFound"],
  ] as const) {
    const response = await hop(path);
    expect([response.status, response.headers.get("x-error-code")], path).toEqual([status, code]);
  }
  expect((await hop("insitu/absent/resolve/main/config.json")).headers.get("x-error-message")).toBe(
    "Invalid username or password.",
  );
});

test("a gated repository is for who sends its token, and the CDN needs none", async () => {
  const path = "insitu/gated/resolve/main/model.safetensors";
  const wrong = await at(path, { headers: { Authorization: "Bearer hf_wrong" } });
  expect(wrong.status).toBe(401);
  hub.resetRequests();
  const right = await at(path, { headers: { Authorization: `Bearer ${TOKEN}` } });
  expect((await bytesOf(right)).equals(WEIGHTS)).toBe(true);
  expect(hub.requests.map(({ origin, authorization, status }) => [origin, authorization, status])).toEqual([
    ["hub", true, 302],
    ["cdn", false, 200],
  ]);
});

test("revisions are branches, tags and commits; a file that is replaced makes a new one", async () => {
  const before = hub.commitOf(REPO);
  expect(await (await at(`${REPO}/resolve/v1.0/config.json`)).text()).toBe("{}");
  expect(await (await at(`${REPO}/resolve/${before}/config.json`)).text()).toBe(CONFIG);
  const etag = (await at(`${REPO}/resolve/main/config.json`)).headers.get("etag");
  await hub.replaceFile(REPO, "config.json", "{ }");
  expect(hub.commitOf(REPO)).not.toBe(before);
  const now = await at(`${REPO}/resolve/main/config.json`);
  expect([await now.text(), now.headers.get("etag") === etag]).toEqual(["{ }", false]);
  expect(await (await at(`${REPO}/resolve/${before}/config.json`)).text()).toBe(CONFIG);
  await hub.replaceFile(REPO, "config.json", CONFIG);
  expect(hub.commitOf(REPO)).toBe(before);
});

test("what was asked for is in the log", async () => {
  await bytesOf(await at(`${REPO}/resolve/main/model.safetensors`, range("10-19")));
  expect(hub.requests).toMatchObject([
    { origin: "hub", method: "GET", repo: REPO, file: "model.safetensors", range: [10, 19], status: 302 },
    {
      origin: "cdn",
      method: "GET",
      repo: REPO,
      file: "model.safetensors",
      range: [10, 19],
      status: 206,
      bytesSent: 10,
    },
  ]);
});

test("Hugging Face's own client finds its way", async () => {
  const where = { repo: REPO, hubUrl: hub.url };
  const infos = await pathsInfo({ ...where, paths: ["config.json", "model.safetensors", "absent"] });
  expect(infos).toMatchObject([
    { path: "config.json", type: "file", size: CONFIG.length },
    { path: "model.safetensors", size: WEIGHTS.length, lfs: { oid: SHA256, size: WEIGHTS.length } },
  ]);
  const all: string[] = [];
  for await (const { path } of listFiles({ ...where, recursive: true })) all.push(path);
  expect(all).toEqual(["onnx", "config.json", "model.safetensors", "onnx/model.json"]);
  const top: string[] = [];
  for await (const { path, type } of listFiles(where)) top.push(`${type} ${path}`);
  expect(top).toEqual(["directory onnx", "file config.json", "file model.safetensors"]);
  const info = await fileDownloadInfo({ ...where, path: "model.safetensors" });
  expect(info).toMatchObject({ size: WEIGHTS.length });
  expect(await fileDownloadInfo({ ...where, path: "absent" })).toBeNull();
  const blob = await downloadFile({ ...where, path: "model.safetensors" });
  expect(Buffer.from(await (blob as Blob).arrayBuffer()).equals(WEIGHTS)).toBe(true);
  expect(await (await downloadFile({ ...where, path: "config.json", revision: "v1.0" }))?.text()).toBe("{}");
  expect((await modelInfo({ name: REPO, hubUrl: hub.url })).name).toBe(REPO);
  const gated = { ...where, repo: "insitu/gated", path: "model.safetensors" };
  await expect(downloadFile(gated)).rejects.toMatchObject({ statusCode: 401 });
  expect((await downloadFile({ ...gated, accessToken: TOKEN }))?.size).toBe(WEIGHTS.length);
});
