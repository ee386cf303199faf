/** Pictures of what came from elsewhere: no provider, no model, no worker. */
import { Tensor } from "insitu";
import { afterEach, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { cleanup, render } from "vitest-browser-react";
import { AttentionHeads, TopTokensTable } from "../src/index.ts";
import { workers } from "./workers.ts";

afterEach(() => cleanup());

test("a table of tokens has its bars, as long as their share of the likeliest", async () => {
  const tokens = [0.5, 0.25].map((probability, id) => ({ id, token: ` ${id}`, probability, logit: 0 }));
  const screen = await render(
    <div style={{ inlineSize: 400 }}>
      <TopTokensTable tokens={tokens} rows={2} />
    </div>,
  );
  await expect.element(screen.getByText("50.0 %")).toBeVisible();
  const [first, second] = [...document.querySelectorAll<HTMLElement>(".insitu-top-tokens-table i")].map(
    (bar) => bar.getBoundingClientRect().width,
  );
  expect(first).toBeGreaterThan(40);
  expect(second! / first!).toBeCloseTo(0.5, 1);
  expect(workers.started).toBe(0);
});

test("heads that were given, by their keys; what is no pattern says so", async () => {
  const pattern = new Tensor([2, 2, 2], "float32", Float32Array.of(1, 0, 0.75, 0.25, 1, 0, 0.5, 0.5));
  const screen = await render(<AttentionHeads pattern={pattern} tokens={["The", " Eiffel"]} />);
  await expect.element(screen.getByText("Where ·Eiffel looks")).toBeVisible();
  const status = () => [...document.querySelectorAll(".insitu-status")].map(({ textContent }) => textContent).join();
  const head = (i: number) => screen.getByRole("radio", { name: `Head ${i}` });
  (head(0).element() as HTMLElement).focus();
  await userEvent.tab();
  await userEvent.keyboard("{ArrowDown}");
  await expect.poll(status).toMatch(/query ·Eiffel, key The: 0\.75/);
  (head(0).element() as HTMLElement).focus();
  await userEvent.keyboard("{ArrowRight}");
  await userEvent.tab();
  await userEvent.keyboard("{ArrowDown}");
  await expect.poll(status).toMatch(/query ·Eiffel, key The: 0\.5/);
  await screen.rerender(<AttentionHeads pattern={new Tensor([1, 2, 3], "float32", new Float32Array(6))} />);
  await expect.element(screen.getByRole("alert")).toHaveTextContent("A pattern of shape [1, 2, 3].");
  expect(workers.started).toBe(0);
});
