/** Connections that break and servers that fail: what is taken up again, what is told, and what is never kept. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { env, LanguageModel, type LoadProgress } from "../src/index.ts";
import { startWorker } from "../src/worker.ts";
import { errorOf } from "./fixtures.ts";
import { fault, fileOf, HUB, healed, logitsOf, sending, startAfresh, TINY, WEIGHTS } from "./lookalike.ts";

const FOLDER = `${HUB}/${TINY}/resolve/main/`;

/** Of a load in which nothing goes wrong. */
let expected: number[];

beforeAll(async () => {
  await startAfresh();
  expected = await logitsOf(TINY);
});
beforeEach(startAfresh);
afterAll(startAfresh);

const CUT = 600_000;
/** As a connection breaks in life: what the browser had not handed on by then is lost with it. */
const BREAKS = { file: WEIGHTS, cut: CUT, slow: 3e6 };
const LOST = 200_000;

test("one cut is taken up where it was, within the same load", async () => {
  const size = (await fileOf(WEIGHTS)).byteLength;
  await startAfresh();
  await fault(BREAKS);
  const seen: LoadProgress[] = [];
  expect(await logitsOf(TINY, { onProgress: (p) => seen.push(p) })).toEqual(expected);
  const got = await sending(WEIGHTS);
  expect(got.map(({ bytesSent }) => bytesSent)).toEqual([CUT, expect.any(Number)]);
  expect(got[1]?.range?.[0]).toBeGreaterThan(CUT - LOST);
  expect(got[1]?.range?.[0]).toBeLessThanOrEqual(CUT);
  expect(got[1]?.bytesSent).toBe(size - got[1]!.range![0]);
  const phases = [...new Set(seen.map(({ phase }) => phase))];
  expect(phases).toEqual(expect.arrayContaining(["backend", "config", "tokenizer", "download", "upload", "ready"]));
  const loaded = seen.map(({ all }) => all.loadedBytes);
  expect(loaded).toEqual([...loaded].sort((a, b) => a - b));
  const last = seen.at(-1)!;
  expect(last.all.loadedBytes).toBe(last.all.totalBytes);
  expect(seen.some(({ bytesPerSecond }) => bytesPerSecond > 0)).toBe(true);
});

test("a load that failed is gone on with by the next; so is one that was cancelled", async () => {
  await fault(BREAKS);
  await fault({ file: WEIGHTS, nth: 2, status: 503 });
  const error = await errorOf(() => logitsOf(TINY));
  expect(error.name).toBe("CheckpointError");
  const offset = error.details["offset"] as number;
  expect(error.details).toMatchObject({ file: WEIGHTS, status: 503 });
  expect(offset).toBeGreaterThan(CUT - LOST);
  expect(error.remedy).toMatch(/goes on from there/);
  const [kept] = await LanguageModel.cache.list(TINY);
  expect([kept?.complete, kept?.files.find(({ name }) => name === WEIGHTS)?.bytes]).toEqual([false, offset]);
  await healed();
  const seen: LoadProgress[] = [];
  expect(await logitsOf(TINY, { onProgress: (p) => seen.push(p) })).toEqual(expected);
  expect((await sending(WEIGHTS)).map(({ range }) => range)).toEqual([[offset, null]]);
  expect(seen.map(({ phase }) => phase)).toContain("verify");

  // A token that ran out says nothing of the bytes.
  await startAfresh();
  await fault(BREAKS);
  await fault({ file: WEIGHTS, nth: 2, status: 403 });
  expect((await errorOf(() => logitsOf(TINY))).details).toMatchObject({ status: 403 });
  await healed();
  expect(await logitsOf(TINY)).toEqual(expected);
  expect((await sending(WEIGHTS))[0]?.range?.[0]).toBeGreaterThan(CUT - LOST);

  await startAfresh();
  await fault({ file: WEIGHTS, slow: 400_000 });
  const cancel = new AbortController();
  const cancelled = await errorOf(() =>
    logitsOf(TINY, {
      // Ended with the load.
      engine: startWorker(),
      signal: cancel.signal,
      onProgress: ({ phase, loadedBytes }) => {
        if (phase === "download" && loadedBytes > 200_000) cancel.abort();
      },
    }),
  );
  expect(cancelled.name).toBe("CancelledError");
  await healed();
  expect(await logitsOf(TINY)).toEqual(expected);
});

/** What goes wrong on the way, and what the error says: problem, details, remedy. */
const FAULTS: [string, object, RegExp, object, RegExp][] = [
  ["404", { status: 404 }, /neither model\.safetensors nor/, { file: WEIGHTS }, /Check the name/],
  ["401", { status: 401 }, /answered 401/, { offset: 0, status: 401 }, /token/],
  ["403", { status: 403 }, /answered 403/, { offset: 0, status: 403 }, /token/],
  ["429", { status: 429 }, /answered 429/, { offset: 0, status: 429 }, /wait a little/],
  ["500", { status: 500 }, /answered 500/, { offset: 0, status: 500 }, /load again later/],
  [
    "a stall",
    [{ stall: 300_000 }, { stall: 0, nth: 2 }],
    /broke off at byte 300000.* nothing came for/,
    { offset: 300_000 },
    /load again/,
  ],
  ["a length too long", { length: 7 }, /offers \d+ bytes; the hub lists/, { file: WEIGHTS }, /another mirror/],
  ["a length too short", { length: -7 }, /offers \d+ bytes; the hub lists/, { file: WEIGHTS }, /another mirror/],
  [
    "a bit flipped",
    { flip: 1_000_000 },
    /not those the hub lists: their sha256 hash/,
    { file: WEIGHTS },
    /damaged on its way/,
  ],
  ["a page", { html: true }, /answered with a web page/, { offset: 0 }, /Check the address/],
];

test.each(FAULTS)("%s: a typed error, and never a bad byte afterwards", async (_, what, problem, details, remedy) => {
  // Sizes and hashes that the hub lists are right: it is the file that is wrong on its way.
  await fault([what].flat().map((one) => ({ hop: "cdn", file: WEIGHTS, ...one })));
  env.timeout = 500;
  const error = await errorOf(() => logitsOf(TINY));
  expect([error.name, error.problem, error.remedy]).toEqual([
    "CheckpointError",
    expect.stringMatching(problem),
    expect.stringMatching(remedy),
  ]);
  expect(error.details).toMatchObject({ file: WEIGHTS, ...details });
  await healed();
  expect(await logitsOf(TINY)).toEqual(expected);
  await healed();
  expect(await logitsOf(TINY)).toEqual(expected);
  expect(await sending(WEIGHTS)).toEqual([]);
});

test("small files too: a page, a bit flipped, cut short, and a server that fails a while", async () => {
  for (const [what, problem] of [
    [{ html: true }, /config\.json: .* answered with a web page/],
    [{ flip: 3 }, /config\.json/],
    [{ truncate: 20 }, /config\.json/],
    [{ status: 403 }, /config\.json: .* answered 403/],
  ] as const) {
    await startAfresh();
    await fault({ hop: "hub", file: "config.json", ...what });
    const error = await errorOf(() => logitsOf(TINY));
    expect([error.name, error.problem]).toEqual(["CheckpointError", expect.stringMatching(problem)]);
    await healed();
    expect(await logitsOf(TINY)).toEqual(expected);
  }
  await startAfresh();
  await fault({ file: "config.json", status: 503, times: 2 });
  expect(await logitsOf(TINY)).toEqual(expected);
});

test("a server that knows no ranges, one without ETags, one that is changed meanwhile", async () => {
  for (const what of [{ ignoreRange: true }, { noEtag: true }]) {
    await startAfresh();
    await fault({ file: WEIGHTS, ...what });
    await fault({ file: WEIGHTS, cut: CUT, times: 1 });
    expect(await logitsOf(TINY)).toEqual(expected);
    await startAfresh();
    await fault({ file: WEIGHTS, ...what });
    expect(await logitsOf(FOLDER)).toEqual(expected);
    expect(await logitsOf(FOLDER)).toEqual(expected);
  }
});

test("a list that fails: the files are asked for one by one", async () => {
  await fault({ hop: "api", status: 404 });
  expect(await logitsOf(TINY)).toEqual(expected);
  await healed();
  await fault({ hop: "api", status: 404 });
  expect(await logitsOf(TINY)).toEqual(expected);
  expect((await sending(WEIGHTS)).map(({ range }) => range)).toEqual([[0, 0]]);
});

test("a list that cannot be reached: the files are had all the same, with a notice that nothing is checked against it", async () => {
  env.fetch = (input, init) =>
    String(input).includes("/api/") ? Promise.reject(new TypeError("Failed to fetch")) : fetch(input, init);
  const model = await LanguageModel.load(TINY, { backend: "cpu" });
  expect(model.device.notice).toMatch(/list of insitu\/tiny-random's files could not be read/);
  const logits = await model.trace([1, 2, 3], () => model.lm_head.output.save());
  expect(Array.from(logits.data)).toEqual(expected);
  await model.dispose();
});
