import type { Tensor } from "insitu";
import type { Case } from "../case.ts";

const padded = (ids: Tensor, mask: Tensor) => ({ ids: ids.array() as number[][], mask: mask.array() as number[][] });

export const explicitLeftMask: Case = (model, X) =>
  model.trace(padded(X["pad_ids"]!, X["pad_mask"]!), () => {
    const block = model.transformer.h[0]!;
    return {
      pos: model.transformer.wpe.input.save(),
      attn_weights: block.attn.output[1].save(),
      h0: block.output.save(),
      logits: model.lm_head.output.save(),
    };
  });
