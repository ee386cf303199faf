/** The look-alike from a page of another origin: what a browser lets through, and the control over HTTP. */
import { afterAll, beforeEach, expect, inject, test } from "vitest";
import type { LoggedRequest } from "../server/exchange.mjs";

const hub = inject("hub");
const FILE = "model.safetensors";
const at = (repo: string, file = FILE) => `${hub}/insitu/${repo}/resolve/main/${file}`;
const control = (path: string, init: RequestInit = {}) => fetch(`${hub}/__control/${path}`, init);
const logged = async (): Promise<LoggedRequest[]> => (await control("requests")).json();

const afresh = async () => {
  await control("faults", { method: "DELETE" });
  await control("requests", { method: "DELETE" });
};

beforeEach(afresh);
// Other files' tests ask the same look-alike.
afterAll(afresh);

test("a range through the redirect, and the headers that a page may read", async () => {
  const response = await fetch(at("tiny-random"), { headers: { Range: "bytes=8-20" } });
  expect([response.status, (await response.bytes()).length]).toEqual([206, 13]);
  expect(response.headers.get("content-range")).toMatch(/^bytes 8-20\/\d+$/);
  expect(response.headers.get("etag")).toMatch(/^"/);
  // Of the first hop a page sees nothing.
  expect(response.redirected && response.headers.get("x-linked-etag")).toBeNull();
  const small = await fetch(at("tiny-random", "config.json"));
  expect(small.headers.get("x-repo-commit")).toMatch(/^[0-9a-f]{40}$/);
});

test("a token goes to the hub, and not on to the CDN", async () => {
  expect((await fetch(at("gated"))).status).toBe(401);
  await control("requests", { method: "DELETE" });
  const headers = { Authorization: "Bearer hf_insitu", Range: "bytes=0-7" };
  expect((await fetch(at("gated"), { headers })).status).toBe(206);
  const gets = (await logged()).filter(({ method }) => method === "GET");
  expect(gets.map(({ origin, authorization }) => [origin, authorization])).toEqual([
    ["hub", true],
    ["cdn", false],
  ]);
});

test("the API answers a page", async () => {
  const body = JSON.stringify({ paths: [FILE] });
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(`${hub}/api/models/insitu/tiny-random/paths-info/main`, {
    method: "POST",
    headers,
    body,
  });
  expect(await response.json()).toMatchObject([{ path: FILE, lfs: { oid: expect.stringMatching(/^[0-9a-f]{64}$/) } }]);
});

test("a file that is cut, and goes on from there", async () => {
  await control("faults", {
    method: "POST",
    body: JSON.stringify({ repo: "insitu/tiny-random", file: FILE, cut: 5000 }),
  });
  const whole = await fetch(at("tiny-random"));
  await expect(whole.bytes()).rejects.toThrow();
  const rest = await fetch(at("tiny-random"), { headers: { Range: "bytes=5000-" } });
  expect((await rest.bytes()).length).toBe(Number(whole.headers.get("content-length")) - 5000);
});
