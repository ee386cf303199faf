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

/** The same numbers whether Hugging Face's code uses its eager attention or its fused one. */
export const explicitLeftMaskSdpa: Case = (model, X) =>
  model.trace(padded(X["pad_ids"]!, X["pad_mask"]!), () => {
    const block = model.transformer.h[0]!;
    return {
      c_proj_in: block.attn.c_proj.input.save(),
      h0: block.output.save(),
      logits: model.lm_head.output.save(),
    };
  });

export const explicitRightMask: Case = (model, X) =>
  model.trace(padded(X["rpad_ids"]!, X["rpad_mask"]!), () => ({
    // Hugging Face keeps one row of positions for all where none is padded on the left.
    pos: model.transformer.wpe.input.at(":1").save(),
    logits: model.lm_head.output.save(),
  }));
