/** `<LogitLens>`: its cells are the call's, keys lead through them, and tokens are followed. */

import { logitLens } from "@insitu/analysis";
import { type GPT2LanguageModel, LanguageModel } from "insitu";
import { afterEach, expect, test, vi } from "vitest";
import { userEvent } from "vitest/browser";
import { cleanup, render } from "vitest-browser-react";
import { InsituProvider, LogitLens } from "../src/index.ts";
import { formatPercent } from "../src/shared/format.ts";
import { workers } from "./workers.ts";

const PROMPT = "The Eiffel Tower is in the city of";

let model: GPT2LanguageModel;

// Others may be at work on the machine.
const SOON = { timeout: 15_000 };

afterEach(async () => {
  await cleanup();
  await model?.dispose();
  await expect.poll(() => workers.alive, SOON).toBe(0);
});

const load = async (backend: "cpu" | "webgpu" = "cpu") => {
  model = await LanguageModel.load("/weights/tiny", { backend });
  return model;
};

const cells = (container: Element) => [...container.querySelectorAll<HTMLElement>('.insitu-lens [role="gridcell"]')];
const statusOf = (container: Element) => container.querySelector(".insitu-logit-lens > .insitu-status")?.textContent;

test.for(["cpu", "webgpu"] as const)("each cell is what the call gives, on %s", async (backend) => {
  const lm = await load(backend);
  const { numTensors } = await lm.memory();
  const expected = await logitLens(lm, PROMPT);
  const { container } = await render(
    <InsituProvider model={lm}>
      <LogitLens prompt={PROMPT} />
    </InsituProvider>,
  );
  await expect.poll(() => cells(container).length, SOON).toBe(5 * 8);
  const places = expected.entropy.axes[0]!.labels;
  for (const [i, cell] of cells(container).entries()) {
    const [row, column] = [Math.floor(i / 8), i % 8];
    const { token, probability } = expected.top(row, column)[0]!;
    expect(cell.ariaLabel).toBe(
      `${places[row]} at ${JSON.stringify(expected.prompts.tokens[0]![column])}: ${JSON.stringify(token)}, ${formatPercent(probability)}`,
    );
  }
  expect((await lm.memory()).numTensors).toBe(numTensors);
});

test("keys lead through the cells, whose likeliest tokens are listed; Enter keeps one", async () => {
  const lm = await load();
  const expected = await logitLens(lm, PROMPT);
  const onSelect = vi.fn();
  const { container, getByRole } = await render(
    <InsituProvider model={lm}>
      <LogitLens prompt={PROMPT} onSelect={onSelect} />
    </InsituProvider>,
  );
  await expect.poll(() => cells(container).length, SOON).toBe(40);
  (container.querySelector('[role="grid"]') as HTMLElement).focus();
  await userEvent.keyboard("{Control>}{End}{/Control}{Control>}{End}{/Control}{ArrowUp}{ArrowUp}{ArrowUp}");
  await expect.poll(() => statusOf(container), SOON).toMatch(/^0_post after ·of: ·of, /);
  const listed = () => [...container.querySelectorAll("tbody th .insitu-hidden")].map(({ textContent }) => textContent);
  expect(listed()).toEqual(expected.top(1, 7).map(({ token }) => JSON.stringify(token)));
  await userEvent.keyboard("{Enter}");
  expect(onSelect).toHaveBeenLastCalledWith({ row: 1, column: 7 });
  await userEvent.keyboard("{Escape}");
  expect(listed()).toEqual(expected.top(1, 7).map(({ token }) => JSON.stringify(token)));
  await expect.element(getByRole("grid")).toHaveAttribute("aria-colcount", "9");
});

test("a token is followed: its rank and its probability at every place", async () => {
  const lm = await load();
  const expected = await logitLens(lm, PROMPT, { tokens: [" Paris"] });
  const onTokenChange = vi.fn();
  const { container, getByRole } = await render(
    <InsituProvider model={lm}>
      <LogitLens prompt={PROMPT} defaultBy="rank" onTokenChange={onTokenChange} />
    </InsituProvider>,
  );
  // Nothing to rank yet: probabilities of the likeliest.
  await expect.poll(() => cells(container)[0]?.ariaLabel, SOON).toContain("%");
  await userEvent.click(getByRole("button", { name: '" Paris"' }), SOON);
  expect(onTokenChange).toHaveBeenLastCalledWith(expected.tokens!.ids[0]);
  const ranks = expected.tokens!.rank.pick("token", 0);
  await expect.poll(() => cells(container)[7]?.ariaLabel, SOON).toContain(`, rank ${ranks.at(0, 7)}`);
  for (const row of [0, 1, 2, 3, 4]) {
    expect(cells(container)[8 * row + 7]!.ariaLabel).toContain(`rank ${ranks.at(row, 7)}`);
  }
  await userEvent.selectOptions(container.querySelector("select")!, "probability");
  const probability = expected.tokens!.probability.pick("token", 0).at(1, 7);
  expect(cells(container)[15]!.ariaLabel).toContain(formatPercent(probability));
  await userEvent.click(getByRole("button", { name: /no more/ }));
  expect(onTokenChange).toHaveBeenLastCalledWith(null);
});

test("entropy and distance, as the page decides; a token that is none is said", async () => {
  const lm = await load();
  const expected = await logitLens(lm, PROMPT);
  const { container, rerender } = await render(
    <InsituProvider model={lm}>
      <LogitLens prompt={PROMPT} by="kl" selected={{ row: 1, column: 7 }} />
    </InsituProvider>,
  );
  await expect.poll(() => statusOf(container), SOON).toContain("KL to the end");
  expect(statusOf(container)).toContain(`KL to the end ${Number(expected.kl.at(1, 7).toPrecision(3))} nats`);
  await rerender(
    <InsituProvider model={lm}>
      <LogitLens prompt={PROMPT} token="Eiffel Tower" />
    </InsituProvider>,
  );
  await expect.poll(() => container.querySelector('[role="alert"]')?.textContent, SOON).toContain("is 4 tokens");
});

test("of a long prompt only the columns in sight are drawn, and keys lead to the others", async () => {
  const lm = await load();
  const { container } = await render(
    <InsituProvider model={lm}>
      <LogitLens prompt={" the".repeat(100)} />
    </InsituProvider>,
  );
  await expect.poll(() => cells(container).length, SOON).toBeGreaterThan(0);
  expect(cells(container).length).toBeLessThan(5 * 40);
  expect(cells(container).some(({ dataset }) => dataset["column"] === "99")).toBe(false);
  const grid = container.querySelector('[role="grid"]') as HTMLElement;
  grid.focus();
  await userEvent.keyboard("{Home}{End}");
  await expect.poll(() => cells(container).some(({ dataset }) => dataset["column"] === "99"), SOON).toBe(true);
  const box = grid.getBoundingClientRect();
  const cell = container.querySelector(`[id="${grid.getAttribute("aria-activedescendant")}"]`)!.getBoundingClientRect();
  expect(cell.right).toBeLessThanOrEqual(box.right + 1);
  // The names of the places stay where they are.
  expect(container.querySelector('[role="rowheader"]')!.getBoundingClientRect().left).toBeCloseTo(box.left + 1, 0);
});
