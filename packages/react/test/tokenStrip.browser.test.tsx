/** `<TokenStrip>`: the tokenizer's tokens, their numbers' colours, keys, picks, and what is linked. */

import { labelled } from "@insitu/analysis";
import { useState } from "react";
import { afterEach, expect, test, vi } from "vitest";
import { userEvent } from "vitest/browser";
import { cleanup, render } from "vitest-browser-react";
import { HoverGroup, InsituProvider, TokenStrip } from "../src/index.ts";
import { colorScale } from "../src/shared/colorScale.ts";
import { workers } from "./workers.ts";

const TOKENS = ["When", " Mary", "\n", " and"];

// Others may be at work on the machine.
const SOON = { timeout: 15_000 };

afterEach(() => cleanup());

const options = (container: Element) => [...container.querySelectorAll<HTMLElement>('[role="option"]')];
const statusOf = (container: Element) => container.querySelector(".insitu-status")?.textContent;

test("a prompt is taken apart by the model's tokenizer, and keys tell each token's id", async () => {
  const { container } = await render(
    <InsituProvider model="/weights/tiny" backend="cpu">
      <TokenStrip prompt="The Eiffel Tower is" />
    </InsituProvider>,
  );
  // Before the model is there the words stand where the tokens will.
  expect(container.textContent).toContain("·Eiffel");
  await expect
    .poll(() => options(container).map(({ textContent }) => textContent), SOON)
    .toEqual(["The", "·Eiffel", "·Tower", "·is"]);
  await expect.poll(() => statusOf(container), SOON).toBe("4 tokens");
  await userEvent.tab();
  await userEvent.keyboard("{ArrowRight}{ArrowRight}");
  expect(statusOf(container)).toMatch(/^2 ·Tower, id \d+$/);
});

test("tokens without a provider start no worker; numbers are colours, and what is none is striped", async () => {
  const started = workers.started;
  const values = [1, -2, Number.NaN, 0];
  const { container } = await render(<TokenStrip tokens={TOKENS} values={values} />);
  const scale = colorScale("diverging", [-2, 2]);
  const plain = (color: string) => color.replaceAll(" ", "");
  const spans = options(container);
  expect(plain(spans[0]!.style.backgroundColor)).toBe(scale.color(1));
  expect(plain(spans[1]!.style.backgroundColor)).toBe(scale.color(-2));
  expect(plain(spans[3]!.style.backgroundColor)).toBe("rgb(255,255,255)");
  expect(spans[2]!.style.background).toContain("repeating-linear-gradient");
  expect(spans[1]!.ariaLabel).toBe('" Mary", −2');
  // A line end ends the line.
  expect(spans[3]!.getBoundingClientRect().top).toBeGreaterThan(spans[0]!.getBoundingClientRect().top);
  expect(workers.started).toBe(started);
});

test("a labelled result brings its tokens", async () => {
  const scores = labelled("score", [{ name: "position", labels: ["a", " b"] }], [1, 3]);
  const { container } = await render(<TokenStrip values={scores} />);
  expect(options(container).map(({ ariaLabel }) => ariaLabel)).toEqual(['"a", 1', '" b", 3']);
});

test("one or several are picked, by keys and by a pointer, and the page may decide", async () => {
  const onSelect = vi.fn();
  const { container, rerender } = await render(<TokenStrip tokens={TOKENS} onSelect={onSelect} />);
  await userEvent.click(options(container)[1]!);
  expect(onSelect).toHaveBeenLastCalledWith([1]);
  await userEvent.keyboard("{End}{Enter}");
  expect(onSelect).toHaveBeenLastCalledWith([3]);
  await userEvent.keyboard("{Enter}");
  expect(onSelect).toHaveBeenLastCalledWith([]);
  await rerender(<Several />);
  await userEvent.click(options(container)[3]!);
  await userEvent.click(options(container)[0]!);
  expect(options(container).map(({ ariaSelected }) => ariaSelected)).toEqual(["true", "false", "false", "true"]);
  // Told, and not taken up by the page.
  await rerender(<TokenStrip key="fixed" tokens={TOKENS} selected={[2]} onSelect={onSelect} />);
  await userEvent.click(options(container)[0]!);
  expect(onSelect).toHaveBeenLastCalledWith([0]);
  expect(options(container).map(({ ariaSelected }) => ariaSelected)).toEqual(["false", "false", "true", "false"]);
});

test("pointing at a token lights it in strips of the same tokens, and in no others", async () => {
  const { container } = await render(
    <HoverGroup>
      <TokenStrip tokens={TOKENS} />
      <TokenStrip tokens={TOKENS} />
      <TokenStrip tokens={["When", " Mary"]} />
    </HoverGroup>,
  );
  await userEvent.hover(options(container)[1]!);
  const lit = () => options(container).flatMap(({ dataset }, i) => (dataset["hovered"] === "true" ? [i] : []));
  await expect.poll(lit, SOON).toEqual([1, 5]);
});

test("a number too many, and a prompt that is none, are said", async () => {
  const { container, rerender } = await render(<TokenStrip tokens={TOKENS} values={[1]} />);
  expect(container.querySelector('[role="alert"]')?.textContent).toContain("1 values for 4 tokens");
  await rerender(
    <InsituProvider model="/weights/tiny" backend="cpu">
      <TokenStrip prompt={7 as never} />
    </InsituProvider>,
  );
  await expect.poll(() => container.querySelector('[role="alert"]'), SOON).not.toBeNull();
});

function Several() {
  const [selected, setSelected] = useState<readonly number[]>([]);
  return <TokenStrip tokens={TOKENS} selected={selected} onSelect={setSelected} multiple />;
}
