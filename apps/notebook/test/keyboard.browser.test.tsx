/** The notebook by keyboard alone, as in Jupyter: the cells really run. */
import { expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { expectAccessible, focused, openPage } from "./pageLab.tsx";

const press = (keys: string) => userEvent.keyboard(keys);
const heading = () => document.querySelector<HTMLElement>("[data-cell]");

/** The first cell has the focus, in command mode. */
async function open(...sources: string[]) {
  const page = openPage({ cells: sources.map((source) => ["code", source] as const) });
  await expect.poll(heading).toBeTruthy();
  heading()?.focus();
  return page;
}

test("run and go on, to a new cell at the end; run in place; run and insert", async () => {
  const page = await open("const a = 20;", "a + 1");
  expect(focused()).toBe("Code cell 1 of 2, not run");
  await press("{Shift>}{Enter}{/Shift}");
  expect(focused()).toMatch("Code cell 2 of 2");
  await press("{Enter}");
  // The editor is there once it is near what is in view.
  await expect.poll(focused).toMatch("Code cell 2 of 2, editor");
  await press("{Shift>}{Enter}{/Shift}");
  // The last one ran: one more, to write in.
  expect(page.sources()).toEqual(["const a = 20;", "a + 1", ""]);
  await expect.poll(focused).toMatch("Code cell 3 of 3, editor");
  await press("a * 2");
  await press("{Control>}{Enter}{/Control}");
  await expect.poll(page.states).toEqual(["done", "done", "done"]);
  await expect.poll(focused).toMatch(/^Code cell 3 of 3, ran, \d+ ms$/);
  const outputs = [...document.querySelectorAll(".nb-outputs")].map((element) => element.textContent);
  expect(outputs).toEqual([expect.stringContaining("21"), expect.stringContaining("40")]);
  const said = () => document.querySelector("[role=status].app-unseen")?.textContent;
  await expect.poll(said).toMatch(/Cell 3 ran in \d+ ms/);
  await press("k{Alt>}{Enter}{/Alt}");
  expect(page.sources()).toEqual(["const a = 20;", "a + 1", "", "a * 2"]);
  await expect.poll(focused).toMatch("Code cell 3 of 4, editor");
});

test("insert, move about, extend, cut, paste, delete, undo: the focus is never lost", async () => {
  const page = await open("one", "two", "three");
  await press("b");
  expect(focused()).toMatch("Code cell 2 of 4");
  await press("a");
  expect(focused()).toMatch("Code cell 2 of 5");
  expect(page.sources()).toEqual(["one", "", "", "two", "three"]);
  await press("dd");
  await press("dd");
  expect(page.sources()).toEqual(["one", "two", "three"]);
  expect(focused()).toMatch("Code cell 2 of 3");
  await press("{Shift>}{ArrowDown}{/Shift}x");
  expect(page.sources()).toEqual(["one"]);
  expect(focused()).toMatch("Code cell 1 of 1");
  await press("z");
  expect(page.sources()).toEqual(["one", "two", "three"]);
  expect(focused()).toMatch("Code cell 2 of 3");
  await press("kv");
  expect(page.sources()).toEqual(["one", "two", "three", "two", "three"]);
  expect(focused()).toMatch("Code cell 3 of 5");
  await press("{Control>}{Shift>}{ArrowUp}{/Shift}{/Control}");
  expect(page.sources()).toEqual(["one", "three", "two", "two", "three"]);
  expect(focused()).toMatch("Code cell 2 of 5");
  await press("jj{Shift>}j{/Shift}dd");
  expect(page.sources()).toEqual(["one", "three", "two"]);
  expect(focused()).toMatch("Code cell 3 of 3");
});

test("kinds, headings, merge and split", async () => {
  const page = await open("const a = 1;\nconst b = 2;", "a + b");
  await press("j");
  await press("m");
  expect(page.kinds()).toEqual(["code", "markdown"]);
  await press("2");
  expect(page.sources()[1]).toBe("## a + b");
  await press("3");
  expect(page.sources()[1]).toBe("### a + b");
  await press("{Control>}{Enter}{/Control}");
  expect(focused()).toBe("Text cell 2 of 2");
  await press("z");
  await press("y");
  expect(page.kinds()).toEqual(["code", "code"]);
  await press("k{Enter}");
  await press("{Control>}{Home}{/Control}{ArrowDown}");
  await press("{Control>}{Shift>}-{/Shift}{/Control}");
  expect(page.sources().slice(0, 2)).toEqual(["const a = 1;", "const b = 2;"]);
  await expect.poll(focused).toMatch("Code cell 2 of 3, editor");
  await press("{Escape}");
  expect(focused()).toMatch(/^Code cell 2 of 3, not run/);
  await press("k{Shift>}m{/Shift}");
  expect(page.sources()[0]).toBe("const a = 1;\nconst b = 2;");
});

test("a loop without end is interrupted; a restart asks first", async () => {
  const page = await open("while (true) {}", "1");
  await press("{Control>}{Enter}{/Control}");
  await expect.poll(() => page.states()[0]).toBe("running");
  await press("ii");
  await expect.poll(() => page.states()[0]).toBe("interrupted");
  await press("00");
  await expect.poll(() => document.activeElement?.textContent).toBe("Restart");
  await press("{Enter}");
  await expect.poll(() => document.querySelector("[role=dialog]")).toBeNull();
  expect(focused()).toMatch("Code cell 1 of 2");
});

test("the palette finds a command and does it; help tells the keys; neither loses the focus", async () => {
  const page = await open("1", "2");
  await press("j{Control>}{Shift>}p{/Shift}{/Control}");
  await expect.poll(focused).toBe("Command");
  await press("text");
  await expectAccessible();
  await press("{Enter}");
  expect(page.kinds()).toEqual(["code", "markdown"]);
  expect(focused()).toMatch("Text cell 2 of 2");
  await press("h");
  await expect.poll(() => document.querySelector("[role=dialog]")?.textContent).toMatch(/like Jupyter.*Run and go on/);
  await expectAccessible();
  await press("{Escape}");
  expect(focused()).toMatch("Text cell 2 of 2");
  await press("s");
  expect(page.told).toEqual(["save"]);
  await expect
    .poll(() => document.querySelector("[role=status].app-unseen")?.textContent)
    .toBe("Kept in this browser.");
});
