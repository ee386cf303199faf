import { zerosLike } from "insitu";
import type { Case } from "../case.ts";

export const skipLayer: Case = async (model, X) => {
  const [h0, h1, h2] = model.transformer.h;
  const block = await model.trace(X["A"]!, () => {
    h1!.skip(h1!.input);
    return { h1: h1!.output.save(), skip_block: model.lm_head.output.save() };
  });
  const mlp = await model.trace(X["A"]!, () => {
    h2!.mlp.skip(zerosLike(h2!.mlp.input));
    return { skip_mlp: model.lm_head.output.save() };
  });
  const attn = await model.trace(X["A"]!, () => {
    h0!.attn.skip([zerosLike(h0!.attn.input), null]);
    return { skip_attn: model.lm_head.output.save() };
  });
  return { ...block, ...mlp, ...attn };
};

export const skipInvokes: Case = (model, X) =>
  model.trace((tracer) => {
    const block = model.transformer.h[1]!;
    const a = tracer.invoke(X["A"]!, () => {
      block.skip(block.input);
      return model.lm_head.output.save();
    });
    const b = tracer.invoke(X["B"]!, () => {
      block.skip(block.input.mul(0.5));
      return model.lm_head.output.save();
    });
    return { a, b };
  });
