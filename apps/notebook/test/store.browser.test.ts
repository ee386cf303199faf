/** What this browser keeps: notebooks in IndexedDB, and the reader's settings. */
import { deleteDB } from "idb";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Notebook, newCell } from "../src/notebook/notebook.ts";
import { NotebookStore } from "../src/notebook/notebookStore.ts";
import { SettingsStore } from "../src/notebook/settings.ts";

const OWN = { origin: "new", trusted: true, hosts: [] } as const;
const LINKED = { origin: "link", trusted: false, hosts: ["example.org"] } as const;
const SETTINGS = "insitu settings";

const stores: NotebookStore[] = [];
let name: string;
let times = 0;

beforeEach(() => {
  times += 1;
  name = `insitu-test-${times}`;
  localStorage.removeItem(SETTINGS);
});
afterEach(async () => {
  vi.restoreAllMocks();
  localStorage.removeItem(SETTINGS);
  await Promise.all(stores.splice(0).map((store) => store.close()));
  for (const database of [name, `${name}-other`]) await deleteDB(database);
});

function storeOf(database = name): NotebookStore {
  const store = new NotebookStore(database);
  stores.push(store);
  return store;
}

const notebook = (id: string, title = id): Notebook => ({ id, title, cells: [newCell("code", `// ${id}`)] });

/** Saves are as far apart as a reader's. */
function at(milliseconds: number): void {
  vi.spyOn(Date, "now").mockReturnValue(milliseconds);
}

test("what is saved is listed, the newest first, and loaded as it was", async () => {
  const store = storeOf();
  expect(await store.list()).toEqual([]);
  at(1000);
  await store.save(notebook("a"), OWN);
  at(3000);
  await store.save(notebook("b"), LINKED);
  at(2000);
  await store.save(notebook("c"), OWN);
  expect((await store.list()).map(({ id }) => id)).toEqual(["b", "c", "a"]);
  at(4000);
  const again = { ...notebook("a", "A, again"), cells: [newCell("markdown", "x"), newCell("code", "1")] };
  await store.save(again, OWN);
  expect((await store.list())[0]).toEqual({
    id: "a",
    title: "A, again",
    cells: 2,
    origin: "new",
    trusted: true,
    updated: 4000,
  });
  expect(await store.load("a")).toMatchObject({ notebook: again, ...OWN, updated: 4000 });
  expect(await store.load("b")).toMatchObject(LINKED);
  expect(await store.load("none")).toBeUndefined();
  expect(await store.problem).toBeUndefined();
});

test("it is there at the next visit", async () => {
  const before = new NotebookStore(name);
  await before.save(notebook("a"), LINKED);
  await before.close();
  expect(await storeOf().load("a")).toMatchObject({ notebook: { title: "a" }, ...LINKED });
});

test("a renamed notebook is the same one, and no more trusted than before", async () => {
  const store = storeOf();
  await store.save(notebook("a"), LINKED);
  const { cells } = (await store.load("a"))!.notebook;
  await store.rename("a", "Another");
  expect(await store.load("a")).toMatchObject({ notebook: { id: "a", title: "Another", cells }, ...LINKED });
  await store.rename("none", "Nothing");
  expect(await store.list()).toHaveLength(1);
});

test("a copy is another one, and no more trusted than what it is a copy of", async () => {
  const store = storeOf();
  await store.save(notebook("a"), LINKED);
  const id = (await store.duplicate("a"))!;
  expect(id).not.toBe("a");
  expect(await store.load(id)).toMatchObject({ notebook: { id, title: "a (copy)" }, ...LINKED });
  expect(await store.load("a")).toMatchObject({ notebook: { id: "a", title: "a" } });
  expect(await store.list()).toHaveLength(2);
  expect(await store.duplicate("none")).toBeUndefined();
});

test("what is removed is gone", async () => {
  const store = storeOf();
  await store.save(notebook("a"), OWN);
  await store.save(notebook("b"), OWN);
  await store.remove("a");
  expect(await store.load("a")).toBeUndefined();
  expect((await store.list()).map(({ id }) => id)).toEqual(["b"]);
});

test("two tabs tell each other what has changed; a store of another name is told nothing", async () => {
  const [here, there] = [storeOf(), storeOf()];
  const stranger = storeOf(`${name}-other`);
  const told = { here: vi.fn(), there: vi.fn(), stranger: vi.fn(), list: vi.fn() };
  here.onChangedElsewhere(told.here);
  there.onChangedElsewhere(told.there);
  stranger.onChangedElsewhere(told.stranger);
  const stop = there.subscribe(told.list);
  await here.save(notebook("a"), OWN);
  await vi.waitFor(() => expect(told.there).toHaveBeenCalledWith("a"));
  expect(told.list).toHaveBeenCalledTimes(1);
  expect((await there.list()).map(({ id }) => id)).toEqual(["a"]);
  stop();
  await here.remove("a");
  await vi.waitFor(() => expect(told.there).toHaveBeenCalledTimes(2));
  expect(told.list).toHaveBeenCalledTimes(1);
  // By now it would have been.
  expect(told.here).not.toHaveBeenCalled();
  expect(told.stranger).not.toHaveBeenCalled();
});

test("its own changes are told to those who list them", async () => {
  const store = storeOf();
  const listener = vi.fn();
  store.subscribe(listener);
  await store.save(notebook("a"), OWN);
  await store.rename("a", "b");
  await store.remove("a");
  expect(listener).toHaveBeenCalledTimes(3);
});

/** The two ways in which a browser says no. */
const REFUSALS = {
  throws: () => {
    vi.spyOn(indexedDB, "open").mockImplementation(() => {
      throw new DOMException("denied", "SecurityError");
    });
  },
  /** As to a page that is older than what was kept. */
  fails: async () => {
    const opened = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(name, 2);
      request.onerror = reject;
      request.onsuccess = () => resolve(request.result);
    });
    opened.close();
  },
};

test.each(["throws", "fails"] as const)("where IndexedDB %s, notebooks live as long as the page", async (how) => {
  await REFUSALS[how]();
  const store = storeOf();
  expect(await store.problem).toMatch(/^This browser keeps nothing here \(.+\): export what you want to keep\.$/);
  await store.save(notebook("a"), LINKED);
  await store.rename("a", "b");
  const copy = (await store.duplicate("a"))!;
  expect(await store.load(copy)).toMatchObject({ notebook: { title: "b (copy)" }, ...LINKED });
  await store.remove("a");
  expect((await store.list()).map(({ id }) => id)).toEqual([copy]);
});

const FIRST = { theme: "system", tourDone: false, lineNumbers: false, panelOpen: true };

test("settings are kept, and told", () => {
  const settings = new SettingsStore();
  expect(settings.getState()).toEqual(FIRST);
  const listener = vi.fn();
  const stop = settings.subscribe(listener);
  settings.set({ theme: "dark", last: "a" });
  stop();
  settings.set({ tourDone: true });
  expect(listener).toHaveBeenCalledTimes(1);
  expect(new SettingsStore().getState()).toEqual({ ...FIRST, theme: "dark", last: "a", tourDone: true });
});

test.each([
  ["no JSON", "{", {}],
  ["no object", "null", {}],
  ["a list", "[1]", {}],
  ["unknown values", '{"theme":"pink","tourDone":"yes","lineNumbers":1,"panelOpen":null,"last":7}', {}],
  ["unknown names", '{"theme":"light","colour":"red","__proto__":{"tourDone":true}}', { theme: "light" }],
])("of %s, what is a setting is read", (_, text, read) => {
  localStorage.setItem(SETTINGS, text);
  expect(new SettingsStore().getState()).toEqual({ ...FIRST, ...read });
});

test("where localStorage is full, settings hold for the visit", () => {
  const settings = new SettingsStore();
  vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
    throw new DOMException("full", "QuotaExceededError");
  });
  settings.set({ lineNumbers: true });
  expect(settings.getState().lineNumbers).toBe(true);
  expect(new SettingsStore().getState()).toEqual(FIRST);
});
