import type { Case } from "../case.ts";
import { layersOf } from "../layers.ts";

export const mlpZeroAblation: Case = (model, X) =>
  model.trace(X["A"]!, () => {
    for (const block of layersOf(model)) block.mlp.output.set(0);
    return { logits: model.lm_head.output.save() };
  });

export const headAblationCProjInput: Case = (model, X) =>
  model.trace(X["A"]!, () => {
    const { attn } = model.transformer.h[1]!;
    attn.c_proj.input.at(":, :, 32:48").set(0);
    return { attn: attn.output[0].save(), logits: model.lm_head.output.save() };
  });
