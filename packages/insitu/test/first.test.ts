import { expect, test } from "vitest";
import { loadInProcess } from "./inProcess.ts";

test("first", async () => {
  const model = await loadInProcess("apps/conformance/oracle/model");
  console.log(JSON.stringify(model.record([5, 6, 7, 8], () => {
    const block = model.transformer.h[1];
    block!.output.at(":, -1").set(0);
    return { hidden: block!.output.save(), logits: model.lm_head.output.save() };
  }), null, 1));
  const { hidden, logits } = await model.trace([5, 6, 7, 8], () => {
    const block = model.transformer.h[1];
    block!.output.at(":, -1").set(0);
    return { hidden: block!.output.save(), logits: model.lm_head.output.save() };
  });
  console.log(hidden.toString(), logits.toString());
  console.log(await model.memory());
  expect(hidden.shape).toEqual([1, 4, 64]);
});
