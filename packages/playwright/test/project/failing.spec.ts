import { expect, test } from "@insitu/playwright";

const PROMPT = "The Eiffel Tower is in the city of";

test("a tensor that is another", async ({ model }) => {
  const h = await model.trace(PROMPT, () => model.transformer.h[1]!.output.save());
  const other = h.data.slice();
  other[300] = (other[300] as number) + 0.5;
  await expect(h).toMatchTensor(other);
});

test("a token that is not predicted", async ({ model }) => {
  await expect(model).toPredict(" Rome", { after: PROMPT });
});

test("a shape that is another", async ({ model }) => {
  expect(model.scan(PROMPT, () => model.transformer.h[1]!.output)).toHaveShape([1, 9, 256]);
});

test("a mistake in a body", async ({ model }) => {
  await model.trace(PROMPT, () => model.transformer.h[9]!.output.save());
});
