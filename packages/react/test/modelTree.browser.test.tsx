/** `<ModelTree>`: what it says of the model is so, and keys lead through it. */
import "./workers.ts";
import { afterEach, expect, test, vi } from "vitest";
import { userEvent } from "vitest/browser";
import { cleanup, render } from "vitest-browser-react";
import { InsituProvider, ModelTree, type ModelTreeItem } from "../src/index.ts";
import { modelTree } from "../src/modelTree/modelTreeItem.ts";
import { lm } from "./workers.ts";

afterEach(() => cleanup());

test("the code of every value reads it, in the shape that is told", async () => {
  const model = await lm();
  const items: ModelTreeItem[] = [];
  const visit = (item: ModelTreeItem): void => {
    items.push(item);
    for (const child of item.children) visit(child);
  };
  visit(modelTree(model.spec));
  const dims: Record<string, number> = { rows: 1, tokens: 3, keys: 3, predicted: 3 };
  const values = items.filter(
    ({ kind, id }) => (kind === "value" || kind === "parameter") && !id.startsWith("generator"),
  );
  expect(values.length).toBeGreaterThan(100);
  for (const { code, shape, dtype } of values) {
    const read = new Function("model", `return ${code};`);
    const { value } = model.scan([1, 2, 3], () => ({ value: read(model) }));
    expect({ code, ...value }).toEqual({ code, shape: shape!.map((n) => dims[n] ?? n), dtype });
  }
  await model.dispose();
});

test("keys lead through the tree, a filter finds, and what is selected is told with its code", async () => {
  const onSelect = vi.fn<(id: string, item: ModelTreeItem) => void>();
  const screen = await render(
    <InsituProvider model="/weights/tiny" backend="cpu">
      <ModelTree onSelect={onSelect} />
    </InsituProvider>,
  );
  const item = (name: RegExp) => screen.getByRole("treeitem", { name });
  await expect.element(item(/^0 ?GPT2Block/)).toHaveAttribute("aria-expanded", "false");
  await userEvent.click(item(/^0 ?GPT2Block/));
  expect(onSelect.mock.lastCall?.[1].code).toBe("model.transformer.h[0].output");
  await userEvent.keyboard("{ArrowRight}{ArrowRight}");
  await expect.element(item(/^output/).first()).toBeVisible();
  await userEvent.keyboard("att{Enter}");
  await expect.poll(() => onSelect.mock.lastCall?.[0]).toBe("transformer.h.0.attn");
  await expect.element(screen.getByText("model.transformer.h[0].attn.output[0]")).toBeVisible();
  await userEvent.keyboard("{ArrowLeft}{ArrowLeft}");
  await expect.element(item(/^0 ?GPT2Block/)).toHaveAttribute("aria-expanded", "false");
  await userEvent.keyboard("{Home}{Enter}");
  await expect.poll(() => onSelect.mock.lastCall?.[0]).toBe("");
  await screen.getByRole("searchbox").fill("pattern");
  await expect.element(screen.getByRole("status")).toHaveTextContent("4 found");
  await screen.getByRole("searchbox").fill("no such thing");
  await expect.element(screen.getByText("Nothing here is called that.")).toBeVisible();
});

test("Enter and a double click take what they are on; the space bar only selects", async () => {
  const onActivate = vi.fn<(item: ModelTreeItem) => void>();
  const onSelect = vi.fn<(id: string) => void>();
  const screen = await render(
    <InsituProvider model="/weights/tiny" backend="cpu">
      <ModelTree onActivate={onActivate} onSelect={onSelect} />
    </InsituProvider>,
  );
  const head = screen.getByRole("treeitem", { name: /^lm_head/ });
  await userEvent.click(head);
  await userEvent.keyboard(" ");
  expect(onSelect).toHaveBeenLastCalledWith("lm_head", expect.anything());
  expect(onActivate).not.toHaveBeenCalled();
  await userEvent.keyboard("{Home}{Enter}");
  await expect.poll(() => onActivate.mock.lastCall?.[0].id).toBe("");
  expect(onSelect.mock.lastCall?.[0]).toBe("");
  await userEvent.dblClick(head);
  expect(onActivate.mock.lastCall?.[0].code).toBe("model.lm_head.output");
});
