/** What the page says and asks around the cells. */
import { beforeAll, expect, test } from "vitest";
import { page as screen, userEvent } from "vitest/browser";
import { expectAccessible, focused, openPage } from "./pageLab.tsx";

beforeAll(() => screen.viewport(1280, 900));

test("what came by a link does not run before it is allowed to, and says why", async () => {
  const { session, states } = openPage({ cells: [["code", "1 + 1"]], origin: "link", trusted: false });
  await screen.getByRole("button", { name: "Run cell 1" }).click();
  await expect.element(screen.getByRole("alert")).toHaveTextContent("To run a cell, allow the notebook first.");
  expect(focused() ?? document.activeElement?.textContent).toBe("Allow it to run");
  expect(states()).toEqual(["idle"]);
  await expectAccessible();
  await userEvent.keyboard("{Enter}");
  expect(session.getState().trusted).toBe(true);
  expect(focused()).toMatch("Code cell 1 of 1");
  await userEvent.keyboard("{Control>}{Enter}{/Control}");
  await expect.poll(states).toEqual(["done"]);
});

test("the tour has four steps, by keyboard, and does not come again", async () => {
  const { preferences } = openPage({ cells: [["code", "1"]], preferences: { tourDone: false } });
  for (const title of ["Run a cell", "Edit an activation", "See what is inside", "Go on in the gallery"]) {
    await expect.element(screen.getByRole("dialog", { name: title })).toBeVisible();
    await expectAccessible();
    await userEvent.keyboard("{Enter}");
  }
  await expect.poll(() => document.querySelector("[role=dialog]")).toBeNull();
  expect(preferences.getState().tourDone).toBe(true);
  expect(focused()).toMatch("Code cell 1 of 1");
});

test("hosts are named one by one, and nothing else passes for one", async () => {
  const { session } = openPage({ cells: [["code", "1"]] });
  await screen.getByRole("button", { name: "Menu", exact: true }).click();
  await screen.getByRole("menuitem", { name: "What code may reach…" }).click();
  await expect.poll(focused).toBe("Host");
  await userEvent.keyboard("*{Enter}");
  await expect.element(screen.getByRole("alert")).toHaveTextContent("That is no host.");
  await userEvent.clear(screen.getByRole("textbox", { name: "Host" }));
  await userEvent.keyboard("https://Data.example.org/file.csv{Enter}");
  expect(session.getState().hosts).toEqual(["data.example.org"]);
  await expectAccessible();
  await screen.getByRole("button", { name: "Forbid data.example.org" }).click();
  expect(session.getState().hosts).toEqual([]);
});

test("a link tells its size, and that a long one may be cut", async () => {
  const { told } = openPage({ cells: [["code", "1"]] });
  await screen.getByRole("button", { name: "Share by a link…" }).click();
  await expect.element(screen.getByText("9.0 kB, without outputs.")).toBeVisible();
  await expect.element(screen.getByText(/some mail and chat programs cut links/)).toBeVisible();
  await screen.getByRole("button", { name: ".ipynb" }).click();
  expect(told).toEqual(["download ipynb"]);
});

test("the panel: a card of the gallery opens, a module's path goes where the reader writes, a kept one is renamed", async () => {
  const { told, sources } = openPage({ cells: [["code", "1 + "]] });
  await screen.getByRole("button", { name: /A first trace/ }).click();
  await screen.getByRole("tab", { name: "Modules" }).click();
  await screen.getByRole("textbox", { name: /editor/ }).click();
  await userEvent.keyboard("{End}");
  await screen.getByRole("button", { name: "lm_head" }).click();
  await expect.poll(sources).toEqual(["1 + model.lm_head.output"]);
  await screen.getByRole("tab", { name: "Notebooks" }).click();
  await screen.getByRole("button", { name: "Rename A test" }).click();
  await userEvent.keyboard("{Control>}a{/Control}Another{Enter}");
  await screen.getByRole("button", { name: "Delete A test" }).click();
  await userEvent.keyboard("{Enter}");
  await expect.poll(() => told).toEqual(["gallery first-trace", "rename n1 Another", "remove n1"]);
});

test("a cell that is run while its model still loads waits for it, and is not stale afterwards", async () => {
  const { session, host, states } = openPage({
    cells: [["code", 'await topTokens(model, "The Eiffel Tower is in the city of", { k: 2 })']],
  });
  const loading = host.load("/weights/tiny", { backend: "cpu" });
  session.runAll();
  await loading;
  await expect.poll(states).toEqual(["done"]);
  await expect.element(screen.getByRole("row", { name: /Paris/ })).toHaveTextContent("100.0 %");
  expect(document.querySelector<HTMLElement>("tbody i")?.offsetWidth).toBeGreaterThan(50);
  expect(document.querySelector(".nb-badge-stale")).toBeNull();
});

test("an empty notebook is drawn, with the ways on", async () => {
  const { kinds } = openPage({ cells: [] });
  await expect.element(screen.getByRole("heading", { name: "An empty notebook" })).toBeVisible();
  await expectAccessible();
  await screen.getByRole("button", { name: "First text cell" }).click();
  expect(kinds()).toEqual(["markdown"]);
  await expect.poll(focused).toMatch("Text cell 1 of 1, editor");
});

test("a file dropped on the page is opened; what is none is said to be none", async () => {
  const { told } = openPage({ cells: [["code", "1"]] });
  await expect.element(screen.getByRole("textbox", { name: "Title of the notebook" })).toHaveValue("A test");
  const drop = (name: string) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(["x"], name));
    document.body.dispatchEvent(new DragEvent("dragover", { dataTransfer, bubbles: true, cancelable: true }));
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
  };
  drop("cat.png");
  await expect.element(screen.getByText("cat.png is no notebook.")).toBeVisible();
  await screen.getByRole("button", { name: "Dismiss" }).click();
  expect(focused()).toMatch("Code cell 1 of 1");
  drop("mine.insitu.md");
  expect(told).toEqual(["file mine.insitu.md"]);
});
