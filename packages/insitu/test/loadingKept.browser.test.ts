/** What the browser keeps of a model's files: used again, without a network, listed, deleted, and mistrusted. */
import { afterAll, beforeEach, expect, test } from "vitest";
import { env, LanguageModel } from "../src/index.ts";
import { startWorker } from "../src/worker.ts";
import { errorOf } from "./fixtures.ts";
import {
  fault,
  fileOf,
  HUB,
  healed,
  logitsOf,
  replaceFile,
  requests,
  sending,
  startAfresh,
  TINY,
  WEIGHTS,
} from "./lookalike.ts";
import { engineInWorker } from "./sharedWorker.ts";

const FOLDER = `${HUB}/${TINY}/resolve/main/`;

beforeEach(startAfresh);
afterAll(startAfresh);

test("the second load fetches nothing but the hub's list; of a commit, not even that", async () => {
  const expected = await logitsOf(TINY);
  await healed();
  expect(await logitsOf(TINY)).toEqual(expected);
  const asked = (await requests()).filter(({ method }) => method !== "OPTIONS");
  expect(asked.map(({ path }) => path)).toEqual([`/api/models/${TINY}/paths-info/main`]);
  const commit = (await (await fetch(`${HUB}/api/models/${TINY}/revision/main`)).json()).sha as string;
  await logitsOf(TINY, { revision: commit });
  await healed();
  expect(await logitsOf(TINY, { revision: commit })).toEqual(expected);
  expect(await requests()).toEqual([]);
});

test("a folder without a list: each file is asked whether it is still the same", async () => {
  const expected = await logitsOf(FOLDER);
  await healed();
  expect(await logitsOf(FOLDER)).toEqual(expected);
  expect((await sending(WEIGHTS)).map(({ range, bytesSent }) => [range, bytesSent])).toEqual([[[0, 0], 1]]);
});

test("without a network, what is kept is used, with a notice; nothing kept is an error", async () => {
  const expected = [await logitsOf(TINY), await logitsOf(FOLDER)];
  env.fetch = () => Promise.reject(new TypeError("Failed to fetch"));
  for (const [i, source] of [TINY, FOLDER].entries()) {
    const model = await LanguageModel.load(source, { backend: "cpu", engine: engineInWorker() });
    expect(model.device.notice).toMatch(/could not be reached/);
    expect(model.tokenizer.encode(" the")).toHaveLength(1);
    const logits = await model.trace([1, 2, 3], () => model.lm_head.output.save());
    expect(Array.from(logits.data)).toEqual(expected[i]);
    await model.dispose();
  }
  const error = await errorOf(() => logitsOf("insitu/tiny-f16"));
  expect([error.name, error.remedy]).toEqual(["CheckpointError", expect.stringMatching(/connection/)]);
});

test("a new commit is noticed, and its files fetched; what did not change is kept", async () => {
  const repo = "insitu/tiny-relu";
  const before = await logitsOf(repo);
  const old = await fileOf(WEIGHTS, repo);
  const bytes = new Uint8Array(old.slice(0));
  bytes[bytes.length - 1]! ^= 1;
  await replaceFile(repo, WEIGHTS, bytes);
  await healed();
  expect(await logitsOf(repo)).not.toEqual(before);
  expect(await sending("config.json")).toEqual([]);
  await replaceFile(repo, WEIGHTS, old);
  expect(await logitsOf(repo)).toEqual(before);
});

test("listed, measured and deleted, by model and revision", async () => {
  await logitsOf(TINY);
  await logitsOf("insitu/tiny-gelu");
  const { cache } = LanguageModel;
  const all = await cache.list();
  expect(all.map(({ model }) => model).sort()).toEqual(["insitu/tiny-gelu", TINY]);
  const tiny = all.find(({ model }) => model === TINY)!;
  const size = (await fileOf(WEIGHTS)).byteLength;
  expect(tiny).toMatchObject({ revision: "main", complete: true });
  expect(tiny.files.find(({ name }) => name === WEIGHTS)).toEqual({
    name: WEIGHTS,
    bytes: size,
    size,
    complete: true,
  });
  expect(await cache.size()).toBe(all.reduce((n, { bytes }) => n + bytes, 0));
  expect(await cache.size(TINY)).toBe(tiny.bytes);
  expect((await cache.delete(TINY, "main")).map(({ model }) => model)).toEqual([TINY]);
  expect(await cache.size(TINY)).toBe(0);
  expect(await cache.delete("nobody/nothing")).toEqual([]);
  // A name that is none leaves nothing to list.
  await errorOf(() => logitsOf("nobody/nothing"));
  expect((await cache.list()).map(({ model }) => model)).toEqual(["insitu/tiny-gelu"]);
  await cache.delete();
  expect(await cache.list()).toEqual([]);
});

test("two loads at once download once, in workers of their own", async () => {
  const [a, b] = await Promise.all([1, 2].map(() => logitsOf(TINY, { engine: startWorker() })));
  expect(a).toEqual(b);
  expect(await sending(WEIGHTS)).toHaveLength(1);
});

/** What a disk may do. */
async function damage(): Promise<void> {
  const root = await (await navigator.storage.getDirectory()).getDirectoryHandle("insitu");
  for await (const folder of root.values()) {
    const file = await (folder as FileSystemDirectoryHandle).getFileHandle(WEIGHTS);
    const bytes = new Uint8Array(await (await file.getFile()).arrayBuffer());
    bytes[200_000]! ^= 4;
    const stream = await file.createWritable();
    await stream.write(bytes);
    await stream.close();
  }
}

test("a damaged copy is noticed, and fetched anew", async () => {
  const expected = await logitsOf(TINY);
  await damage();
  await healed();
  expect(await logitsOf(TINY)).toEqual(expected);
  expect((await sending(WEIGHTS)).map(({ range }) => range)).toEqual([[0, null]]);
  await healed();
  expect(await logitsOf(TINY)).toEqual(expected);
  expect(await sending(WEIGHTS)).toEqual([]);
});

test("so is half of one", async () => {
  const expected = await logitsOf(TINY);
  await startAfresh();
  await fault({ file: WEIGHTS, cut: 600_000, slow: 3e6 });
  await fault({ file: WEIGHTS, nth: 2, status: 503 });
  await errorOf(() => logitsOf(TINY));
  await damage();
  await healed();
  expect(await logitsOf(TINY)).toEqual(expected);
  // The rest was asked for before the damage was seen.
  expect((await sending(WEIGHTS)).map(({ range }) => range?.[0])).toEqual([expect.any(Number), 0]);
});

test.each([
  ["may not be used", "./noStorage.worker.ts", /may not use its storage/],
  ["is full from the start", "./noQuota.worker.ts", /more are needed, and 0 MB are left/],
  ["fills up on the way", "./fullStorage.worker.ts", /storage for this site is full/],
])("storage that %s costs a notice, not the load", async (_, worker, notice) => {
  const expected = await logitsOf(TINY, { engine: await started(worker) });
  const model = await LanguageModel.load(TINY, { backend: "cpu", engine: await started(worker) });
  expect(model.device.notice).toMatch(notice);
  const logits = await model.trace([1, 2, 3], () => model.lm_head.output.save());
  expect(Array.from(logits.data)).toEqual(expected);
  await model.dispose();
  expect(await LanguageModel.cache.size(TINY)).toBeLessThan(1e6);
  // And nothing half kept misleads the next.
  expect(await logitsOf(TINY)).toEqual(expected);
});

test("memory that is collected while a file is being opened takes nothing of the load with it", async () => {
  const engine = () => new Worker(new URL("./collecting.worker.ts", import.meta.url), { type: "module" });
  const expected = await logitsOf(TINY, { engine: engine() });
  expect(await LanguageModel.cache.size(TINY)).toBeGreaterThan(1e6);
  expect(await logitsOf(TINY, { engine: engine() })).toEqual(expected);
});

test("nothing is kept where that is not wanted", async () => {
  env.useBrowserCache = false;
  await logitsOf(TINY);
  expect(await LanguageModel.cache.list()).toEqual([]);
});

/** A worker whose storage is not as it should be. */
async function started(file: string): Promise<Worker> {
  switch (file) {
    case "./noStorage.worker.ts":
      return new Worker(new URL("./noStorage.worker.ts", import.meta.url), { type: "module" });
    case "./noQuota.worker.ts":
      return new Worker(new URL("./noQuota.worker.ts", import.meta.url), { type: "module" });
    default:
      return new Worker(new URL("./fullStorage.worker.ts", import.meta.url), { type: "module" });
  }
}
