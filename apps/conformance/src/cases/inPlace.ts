import type { Case } from "../case.ts";

export const inplaceSliceAssign: Case = (model, X) =>
  model.trace(X["A"]!, () => {
    const [, h1, h2] = model.transformer.h;
    h1!.output.at(":, -1, :").set(X["v"]!);
    return { h1: h1!.output.save(), h2: h2!.output.save(), logits: model.lm_head.output.save() };
  });

export const inplaceSliceForms: Case = (model, X) =>
  model.trace(X["A"]!, () => {
    const block = model.transformer.h[0]!;
    block.output.at(":, 1:3").set(0.5);
    block.output.at(":, ::3, :8").add_(1);
    block.output.at("0, -2").set(X["v"]!);
    block.output.at("..., 5:7").mul_(2);
    block.output.at(":, [0, 4], 10").set(-1);
    const mask = block.output.at(0, ":", 20).greater(0);
    block.output.at(0, mask, 20).set(0);
    return { h0: block.output.save(), logits: model.lm_head.output.save() };
  });

export const inplaceAliasVsClone: Case = (model, X) =>
  model.trace(X["A"]!, () => {
    const block = model.transformer.h[1]!;
    const before = block.output.save();
    const clone = block.output.clone().save();
    block.output.at(":, 2").mul_(-2);
    return { before, clone, after: block.output.save(), logits: model.lm_head.output.save() };
  });
