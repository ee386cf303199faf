/** What the page shows is what its own model says, asked from outside of the page. */
import { attach, expect, test } from "@insitu/playwright";

test("the first table is the model's own probabilities", async ({ page }) => {
  await page.goto("/?backend=webgpu");
  const app = await attach(page);
  await expect(page.getByRole("status")).toContainText("Most likely after the edit");
  const prompt = await page.getByLabel("Prompt").first().inputValue();
  const { ids, values } = await app.trace(prompt, () => {
    const { values, indices } = app.lm_head.output.at(0, -1).softmax().topk(10);
    return { ids: indices.save(), values: values.save() };
  });
  const rows = page.getByRole("table", { name: "Before the edit", exact: true }).locator("tbody").getByRole("row");
  const shown = await rows.evaluateAll((all) =>
    all.map((row) => {
      const texts = [...row.querySelectorAll("td")].map((cell) => cell.textContent ?? "");
      return Number.parseFloat(texts.find((text) => text.trim() !== "") ?? "");
    }),
  );
  expect(values).toHaveShape([10]);
  // In percent, as near as the digits shown allow.
  await expect(values).toMatchTensor(
    shown.map((percent) => percent / 100),
    { atol: 6e-4, rtol: 0 },
  );
  const names = await rows.getByRole("rowheader").allTextContents();
  expect(names[0]?.replace("·", " ")).toBe(app.tokenizer.decode([ids.data[0] as number]));
});
