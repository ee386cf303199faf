/** `<insitu-playground>`: a playground for pages without React. */

import { afterEach, expect, test } from "vitest";
import { page } from "vitest/browser";
import { workers } from "./workers.ts";
import "../src/element.tsx";
import type { InsituPlayground } from "../src/element.tsx";

const PROMPT = "The Eiffel Tower is in the city of";

afterEach(async () => {
  document.body.replaceChildren();
  await expect.poll(() => workers.alive).toBe(0);
});

/** Puts HTML into the page, and gives its playgrounds. */
function put(html: string): InsituPlayground[] {
  const place = document.body.appendChild(document.createElement("article"));
  place.innerHTML = html;
  return [...place.querySelectorAll("insitu-playground")];
}

/** What an element tells, as it tells it. */
function toldBy(element: HTMLElement) {
  const told: [string, unknown][] = [];
  for (const name of ["insitu-result", "insitu-error"])
    document.body.addEventListener(name, (event) => {
      if (event.target === element) told.push([name, (event as CustomEvent).detail]);
    });
  return told;
}

test("code within the page is run, and its result told", async () => {
  const [element] = put(`
    <insitu-playground model="/weights/tiny" backend="cpu" autorun>
      <script type="text/plain">
        const [token] = await topTokens(model, "${PROMPT}", { k: 1 });
        token.token
      </script>
    </insitu-playground>`);
  const told = toldBy(element!);
  await expect.element(page.getByText('" Paris"')).toBeVisible();
  expect(told).toEqual([["insitu-result", { value: " Paris" }]]);
  expect(element?.code.split("\n")[1]).toBe("token.token");
});

test("two of one model share its worker, and it goes when the last of them does", async () => {
  const started = workers.started;
  const [one, two] = put(`
    <insitu-playground model="/weights/tiny" backend="cpu" code="await model.memory(); 'one'"></insitu-playground>
    <insitu-playground model="/weights/tiny/" backend="cpu" code="await model.memory(); 'two'"></insitu-playground>`);
  expect(await Promise.all([one?.run(), two?.run()])).toEqual(["one", "two"]);
  expect(workers.started - started).toBe(1);
  one?.remove();
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(workers.alive).toBe(1);
  expect(await two?.run()).toBe("two");
});

test("moved within the page it keeps its model and what stands in it", async () => {
  const started = workers.started;
  const [element] = put(`<insitu-playground model="/weights/tiny" backend="cpu" code="1 + 1"></insitu-playground>`);
  expect(await element?.run()).toBe(2);
  document.body.prepend(element!);
  await new Promise((resolve) => setTimeout(resolve, 500));
  await expect.element(page.getByText("2", { exact: true })).toBeVisible();
  element!.code = "2 + 2";
  await expect.element(page.getByRole("textbox")).toHaveTextContent("2 + 2");
  expect(await element?.run()).toBe(4);
  expect(workers.started - started).toBe(1);
});

test("taken out and put back later, it is a new one that works", async () => {
  const [element] = put(`<insitu-playground model="/weights/tiny" backend="cpu" code="'again'"></insitu-playground>`);
  const waiting = element!.run();
  element!.remove();
  await expect(waiting).rejects.toHaveProperty("name", "AbortError");
  await expect.poll(() => workers.alive).toBe(0);
  document.body.append(element!);
  expect(await element!.run()).toBe("again");
});

test("attributes are followed: code, label, theme, readonly", async () => {
  const [element] = put(
    `<insitu-playground model="/weights/tiny" backend="cpu" code="'a'" theme="dark"></insitu-playground>`,
  );
  expect(getComputedStyle(element!).colorScheme).toBe("dark");
  element!.setAttribute("code", "'b'");
  element!.setAttribute("label", "Try it");
  element!.setAttribute("theme", "light");
  element!.toggleAttribute("readonly", true);
  const field = page.getByRole("textbox", { name: "Try it: code" });
  await expect.element(field).toHaveTextContent("'b'");
  await expect.element(field).toHaveAttribute("aria-readonly", "true");
  expect(getComputedStyle(element!).colorScheme).toBe("light");
  expect(await element!.run()).toBe("b");
});

test("the editor works within the shadow root, styles and all", async () => {
  const [element] = put(`<insitu-playground model="/weights/tiny" backend="cpu" code="'a'"></insitu-playground>`);
  const field = page.getByRole("textbox");
  await expect.element(field).toHaveClass("cm-content");
  await field.fill("'typed'");
  expect(element!.code).toBe("'typed'");
  const gutter = element!.shadowRoot?.querySelector(".cm-gutters") as HTMLElement;
  expect(getComputedStyle(gutter).display).toBe("flex");
  expect(await element!.run()).toBe("typed");
});

test.each([
  ["", "The playground has no model."],
  ['model="/weights/tiny" backend="gpu"', 'backend="gpu" is not known.'],
])("with %j it says what is wrong", async (attributes, says) => {
  put(`<insitu-playground ${attributes}></insitu-playground>`);
  await expect.element(page.getByRole("alert")).toHaveTextContent(says);
});

test("errors are told, of the code and of the model", async () => {
  const [element, missing] = put(`
    <insitu-playground model="/weights/tiny" backend="cpu" code="throw new RangeError('so')"></insitu-playground>
    <insitu-playground model="/weights/none" backend="cpu" code="1"></insitu-playground>`);
  const told = toldBy(element!);
  await expect(element!.run()).rejects.toThrow("so");
  expect(told).toEqual([["insitu-error", { error: expect.any(RangeError) }]]);
  await expect(missing!.run()).rejects.toThrow("config.json");
});

test("the reader's Stop ends what the page waits for", async () => {
  const [element] = put(
    `<insitu-playground model="/weights/tiny" backend="cpu" code="await new Promise(() => {})"></insitu-playground>`,
  );
  const waiting = element!.run();
  waiting.catch(() => {});
  await expect.element(page.getByText("Running …")).toBeVisible();
  await page.getByRole("button", { name: "Stop" }).click();
  await expect(waiting).rejects.toHaveProperty("name", "AbortError");
});
