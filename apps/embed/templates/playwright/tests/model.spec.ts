import { expect, test } from "@insitu/playwright";

const PROMPT = "The Eiffel Tower is in the city of";

test("knows where the Eiffel Tower is", async ({ model }) => {
  await expect(model).toPredict(" Paris", { after: PROMPT, atLeast: 0.9 });
});

test("loses it without its last block", async ({ model }) => {
  const edited = model.edit(() => {
    model.transformer.h.at(-1).output.set(0);
  });
  await expect(edited).not.toPredict(" Paris", { after: PROMPT });
});

test("attends to what came before, and to nothing else", async ({ model }) => {
  const { pattern } = await model.trace(PROMPT, () => ({
    pattern: model.transformer.h.at(1).attn.source.pattern.save(),
  }));
  expect(pattern).toHaveShape([1, 8, 8, 8]);
  await expect(pattern.at(0, ":", 0, "1:")).toMatchTensor(0);
  await expect(pattern).toMatchTensorSnapshot("pattern");
});

test("goes on as it should", async ({ model }) => {
  const ids = await model.generate(PROMPT, { maxNewTokens: 1 });
  expect(model.tokenizer.decode(ids.at(0))).toBe(`${PROMPT} Paris`);
});

test("tells of mistakes at the line they are on", async ({ model }) => {
  const error = await model.trace(PROMPT, () => model.transformer.h.at(9).output.save()).catch((caught) => caught);
  expect(error.name).toBe("UnknownModuleError");
  expect(error.line).toMatch(/model\.spec\.ts:31:\d+$/);
});
