import { expect, test } from "@insitu/playwright";

test("a snapshot", async ({ model }) => {
  const factor = Number(process.env["PROJECT_FACTOR"]);
  const h = await model.trace("The Eiffel Tower", () => model.transformer.h[1]!.output.mul(factor).save());
  await expect(h).toMatchTensorSnapshot("second-block");
});
