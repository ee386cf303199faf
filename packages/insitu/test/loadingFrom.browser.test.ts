/** Checkpoints from a hub, its mirrors, folders, and files that were picked: what is fetched, and where from. */
import { afterAll, beforeEach, expect, test } from "vitest";
import { env, LanguageModel } from "../src/index.ts";
import { errorOf } from "./fixtures.ts";
import { fileOf, HUB, healed, logitsOf, requests, sending, startAfresh, TINY, WEIGHTS } from "./lookalike.ts";

const FOLDER = `${HUB}/${TINY}/resolve/main/`;

beforeEach(startAfresh);
afterAll(startAfresh);

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
