import type { Case } from "../case.ts";

export const logitLens: Case = (model, X) =>
  model.trace(X["A"]!, () => ({
    lens: model.transformer.h.map((block) => model.lm_head(model.transformer.ln_f(block.output)).save()),
    real: model.lm_head.output.save(),
  }));
