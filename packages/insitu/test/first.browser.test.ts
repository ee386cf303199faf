import { expect, test } from "vitest";
import { LanguageModel } from "../src/index.ts";

test("first", async () => {
  const model = await LanguageModel.load("/apps/conformance/oracle/model", { backend: "webgpu" });
  console.log(JSON.stringify(model.device));
  const t0 = performance.now();
  const { hidden, logits } = await model.trace([5, 6, 7, 8], () => {
    const block = model.transformer.h[1];
    block!.output.at(":, -1").set(0);
    return { hidden: block!.output.save(), logits: model.lm_head.output.save() };
  });
  console.log(hidden.toString(), logits.toString(), performance.now() - t0);
  console.log(await model.memory());
  expect(hidden.shape).toEqual([1, 4, 64]);
});
