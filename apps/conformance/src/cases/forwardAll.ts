import type { Case } from "../case.ts";
import { layersOf } from "../layers.ts";

/** Every place of the residual stream, in forward order. */
export const forwardAll: Case = (model, X) => {
  const { transformer, lm_head } = model;
  return model.trace(X["A"]!, () => ({
    ids: transformer.wte.input.save(),
    wte: transformer.wte.output.save(),
    pos: transformer.wpe.input.save(),
    wpe: transformer.wpe.output.save(),
    emb: transformer.drop.output.save(),
    h: layersOf(model).map((block) => block.output.save()),
    ln_f: transformer.ln_f.output.save(),
    lm_head: lm_head.output.save(),
    logits: model.output.logits.save(),
  }));
};
