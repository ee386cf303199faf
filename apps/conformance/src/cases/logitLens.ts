import type { Case } from "../case.ts";
import { layersOf } from "../layers.ts";

export const logitLens: Case = async (model, X) => {
  const { lens, tops, real } = await model.trace(X["A"]!, () => {
    const lens = layersOf(model).map((block) => model.lm_head(model.transformer.ln_f(block.output)));
    return {
      lens: lens.map((logits) => logits.save()),
      tops: lens.map((logits) => logits.at(0).argMax().save()),
      real: model.lm_head.output.save(),
    };
  });
  return { lens, real, top: tops.map((top) => top.array() as number[]) };
};
