/** Checkpoints from a hub, and kept in the browser: what is fetched, what is kept, what is told. */
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { env, LanguageModel, type LoadProgress } from "../src/index.ts";
import { errorOf } from "./fixtures.ts";
import {
  fault,
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

const FOLDER = `${HUB}/${TINY}/resolve/main/`;

beforeEach(startAfresh);
afterAll(startAfresh);

/** The checkpoint's files as they are. */
const fileOf = async (name: string, repo = TINY): Promise<ArrayBuffer> =>
  (await fetch(`${HUB}/${repo}/resolve/main/${name}`)).arrayBuffer();

describe("sources", () => {
  test("a hub id: redirected to another origin, by ranges, with its tokenizer", async () => {
    const model = await LanguageModel.load(TINY, { backend: "webgpu" });
    expect(model.device.notice).toBeUndefined();
    expect(model.tokenizer.decode(model.tokenizer.encode("The Eiffel Tower"))).toBe("The Eiffel Tower");
    const { ids } = await model.trace("The Eiffel Tower is in", () => ({
      ids: model.lm_head.output.at(0, -1).topk(3).indices.save(),
    }));
    expect(ids.data).toHaveLength(3);
    await model.dispose();
    const [list] = (await requests()).filter(({ method }) => method !== "OPTIONS");
    expect([list?.method, list?.path]).toEqual(["POST", `/api/models/${TINY}/paths-info/main`]);
    const got = await sending(WEIGHTS);
    expect(got.map(({ origin, range }) => [origin, range])).toEqual([["cdn", [0, null]]]);
    expect(got[0]?.bytesSent).toBe((await fileOf(WEIGHTS)).byteLength);
    // What the hub lists is not asked for in vain.
    expect((await requests()).filter(({ status }) => status === 404)).toEqual([]);
  });

  test("a branch, a commit, a mirror's own paths, a folder's URL: the same weights", async () => {
    const expected = await logitsOf(TINY);
    const commit = (await (await fetch(`${HUB}/api/models/${TINY}/revision/main`)).json()).sha as string;
    expect(await logitsOf(TINY, { revision: commit })).toEqual(expected);
    expect(await logitsOf(FOLDER)).toEqual(expected);
    env.remotePathTemplate = "{model}/resolve/{revision}/";
    env.remoteHost = `${HUB}/`;
    expect(await logitsOf(TINY)).toEqual(expected);
    const error = await errorOf(() => logitsOf(TINY, { revision: "no-such-branch" }));
    expect([error.name, error.message]).toEqual(["CheckpointError", expect.stringMatching(/config\.json.*revision/)]);
  });

  test("shards, by their index", async () => {
    expect(await logitsOf("insitu/tiny-sharded")).toHaveLength(3 * 3072);
    const shards = (await requests()).filter(({ file, range }) => file?.includes("-of-") && range);
    expect(new Set(shards.map(({ file }) => file)).size).toBe(3);
    expect((await LanguageModel.cache.list("insitu/tiny-sharded"))[0]?.complete).toBe(true);
    await healed();
    await logitsOf("insitu/tiny-sharded");
    expect((await requests()).filter(({ range }) => range)).toEqual([]);
  });

  test("files that were picked, flat or in a folder, and a folder's handle", async () => {
    const expected = await logitsOf(TINY);
    const names = ["config.json", WEIGHTS, "tokenizer.json"];
    const files = await Promise.all(names.map(async (name) => new File([await fileOf(name)], name)));
    await healed();
    expect(await logitsOf(files)).toEqual(expected);
    const transfer = new DataTransfer();
    for (const file of files) transfer.items.add(file);
    expect(await logitsOf(transfer.files)).toEqual(expected);
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("picked", { create: true });
    for (const file of files) {
      const stream = await (await folder.getFileHandle(file.name, { create: true })).createWritable();
      await stream.write(file);
      await stream.close();
    }
    expect(await logitsOf(folder)).toEqual(expected);
    expect(await requests()).toEqual([]);
    const error = await errorOf(() => logitsOf([files[0] as File]));
    expect([error.name, error.problem]).toEqual(["CheckpointError", expect.stringMatching(/files given has neither/)]);
    expect((await errorOf(() => logitsOf(42 as never))).problem).toMatch(/neither a name nor files/);
  });

  test("vocab.json and merges.txt, where there is no tokenizer.json", async () => {
    const vocab = Object.fromEntries([..."abcdefghijklmnopqrstuvwxyzĠ", "ab", "Ġab"].map((token, i) => [token, i]));
    const files = [
      ...(await Promise.all(["config.json", WEIGHTS].map(async (name) => new File([await fileOf(name)], name)))),
      new File([JSON.stringify(vocab)], "vocab.json"),
      new File(["#version: 0.2\na b\nĠ ab\n"], "merges.txt"),
    ];
    const model = await LanguageModel.load(files, { backend: "cpu" });
    expect(model.tokenizer.encode("ab abc")).toEqual([27, 28, 2]);
    await model.dispose();
  });

  test("this server's own models first, and only they where the hub is not allowed", async () => {
    const expected = await logitsOf(TINY);
    await healed();
    Object.assign(env, { allowLocalModels: true, localModelPath: `${HUB}/elsewhere/`, remoteHost: HUB });
    // Not there: the hub has it.
    expect(await logitsOf(TINY)).toEqual(expected);
    Object.assign(env, { allowRemoteModels: false });
    const absent = await errorOf(() => logitsOf(TINY));
    expect([absent.name, absent.problem]).toEqual(["CheckpointError", expect.stringMatching(/config\.json/)]);
    env.allowLocalModels = false;
    const refused = await errorOf(() => logitsOf(TINY));
    expect([refused.name, refused.remedy]).toEqual(["ArgumentError", expect.stringMatching(/localModelPath/)]);
  });

  test("a gated model: its token goes to the hub alone", async () => {
    const error = await errorOf(() => logitsOf("insitu/gated"));
    expect([error.name, error.details["status"], error.remedy]).toEqual([
      "CheckpointError",
      401,
      expect.stringMatching(/token/),
    ]);
    await healed();
    expect(await logitsOf("insitu/gated", { token: "hf_insitu" })).toHaveLength(3 * 3072);
    // What asks whether it may be sent carries none.
    const seen = (await requests()).filter(({ method }) => method !== "OPTIONS");
    const sent = (origin: string) => new Set(seen.filter((r) => r.origin === origin).map((r) => r.authorization));
    expect([...sent("hub")]).toEqual([true]);
    expect([...sent("cdn")]).toEqual([false]);
    // A folder elsewhere is not the hub, whatever token is set.
    env.token = "hf_insitu";
    env.remoteHost = "https://another.test/";
    await healed();
    await logitsOf(FOLDER);
    expect((await requests()).some(({ authorization }) => authorization)).toBe(false);
  });

  test("a fetch of the reader's own does all the fetching", async () => {
    const expected = await logitsOf(TINY);
    await LanguageModel.cache.delete();
    const asked: string[] = [];
    env.fetch = (input, init) => {
      asked.push(String(input));
      return fetch(input, init);
    };
    expect(await logitsOf(TINY)).toEqual(expected);
    expect(asked).toContain(`${FOLDER}${WEIGHTS}`);
    expect(asked.length).toBeGreaterThanOrEqual(4);
  });

  test("a model that does not fit is refused before any of its weights is asked for, with the sizes", async () => {
    const huge = { model_type: "gpt2", n_layer: 48, n_embd: 8192, n_head: 64, vocab_size: 500257 };
    const files = [new File([JSON.stringify(huge)], "config.json")];
    const error = await errorOf(() => LanguageModel.load(files, { backend: "webgpu" }));
    expect(error.name).toBe("BackendError");
    expect(error.problem).toMatch(/does not fit: of its 171\.\d+ GB .*\.wte\.weight alone takes 16\.39 GB/);
    const wasm = await errorOf(() => LanguageModel.load(files, { backend: "wasm" }));
    expect(wasm.problem).toMatch(/its weights take 171\.\d+ GB, and wasm has at most 4\.29 GB/);
  });
});

describe("what is kept", () => {
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
      const model = await LanguageModel.load(source, { backend: "cpu" });
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
    await cache.delete();
    expect(await cache.list()).toEqual([]);
  });

  test("two loads at once download once", async () => {
    const [a, b] = await Promise.all([logitsOf(TINY), logitsOf(TINY)]);
    expect(a).toEqual(b);
    expect(await sending(WEIGHTS)).toHaveLength(1);
  });

  test("a damaged copy is noticed, and fetched anew", async () => {
    const expected = await logitsOf(TINY);
    const damage = async () => {
      const root = await (await navigator.storage.getDirectory()).getDirectoryHandle("insitu");
      for await (const folder of root.values()) {
        const file = await (folder as FileSystemDirectoryHandle).getFileHandle(WEIGHTS);
        const bytes = new Uint8Array(await (await file.getFile()).arrayBuffer());
        bytes[500_000]! ^= 4;
        const stream = await file.createWritable();
        await stream.write(bytes);
        await stream.close();
      }
    };
    await damage();
    await healed();
    expect(await logitsOf(TINY)).toEqual(expected);
    expect((await sending(WEIGHTS)).map(({ range }) => range)).toEqual([[0, null]]);
    await healed();
    expect(await logitsOf(TINY)).toEqual(expected);
    expect(await sending(WEIGHTS)).toEqual([]);
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

  test("nothing is kept where that is not wanted", async () => {
    env.useBrowserCache = false;
    await logitsOf(TINY);
    expect(await LanguageModel.cache.list()).toEqual([]);
  });
});

describe("connections that break", () => {
  const CUT = 600_000;
  /** As a connection breaks in life: what the browser had not handed on by then is lost with it. */
  const BREAKS = { file: WEIGHTS, cut: CUT, slow: 3e6 };
  const LOST = 200_000;

  test("one cut is taken up where it was, within the same load", async () => {
    const expected = await logitsOf(TINY);
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
    const expected = await logitsOf(TINY);
    await startAfresh();
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

    await startAfresh();
    await fault({ file: WEIGHTS, slow: 400_000 });
    const cancel = new AbortController();
    const cancelled = await errorOf(() =>
      logitsOf(TINY, {
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
    const expected = await logitsOf(TINY);
    await startAfresh();
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
    const expected = await logitsOf(TINY);
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
    const expected = await logitsOf(TINY);
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
    const expected = await logitsOf(TINY);
    await startAfresh();
    await fault({ hop: "api", status: 404 });
    expect(await logitsOf(TINY)).toEqual(expected);
    await healed();
    await fault({ hop: "api", status: 404 });
    expect(await logitsOf(TINY)).toEqual(expected);
    expect((await sending(WEIGHTS)).map(({ range }) => range)).toEqual([[0, 0]]);
  });
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
