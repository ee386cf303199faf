import { concat } from "insitu";
import type { Case } from "../case.ts";
import { layersOf } from "../layers.ts";

export const sourceAttentionPattern: Case = (model, X) =>
  model.trace(X["A"]!, () => ({
    patterns: layersOf(model).map((block) => block.attn.source.pattern.save()),
    attn_output_1_layer2: model.transformer.h[2]!.attn.output[1].save(),
  }));

export const sourceAttentionPatternEdit: Case = (model, X) =>
  model.trace(X["A"]!, () => {
    const { attn } = model.transformer.h[1]!;
    const pattern = attn.source.pattern.clone();
    pattern.at(":, 0").set(0);
    pattern.at(":, 0, :, 0").set(1);
    attn.source.pattern = pattern;
    return { weights: attn.output[1].save(), attn: attn.output[0].save(), logits: model.lm_head.output.save() };
  });

export const sourceAttentionScoresEdit: Case = (model, X) =>
  model.trace(X["A"]!, () => {
    const { attn } = model.transformer.h[0]!;
    const scores = attn.source.scores.clone();
    scores.at(":, :, 3:, 2").set(-1e9);
    attn.source.scores = scores;
    return { weights: attn.output[1].save(), logits: model.lm_head.output.save() };
  });

export const sourceQkv: Case = (model, X) =>
  model.trace(X["A"]!, () => {
    const { source } = model.transformer.h[1]!.attn;
    const k = source.key.clone().save();
    const v = source.value.clone().save();
    source.value = concat([source.value.at(":, :3"), source.value.at(":, 3:").mul(4)], 1);
    return { k, v, q: source.query.clone().save(), z: source.z.save(), logits: model.lm_head.output.save() };
  });

export const sourceResidMid: Case = async (model, X) => {
  const { mid, input } = await model.trace(X["A"]!, () => {
    const block = model.transformer.h[1]!;
    return { mid: block.source.residMid.save(), input: block.ln_2.input.save() };
  });
  return { mid, equal: mid.data.every((x, i) => x === input.data[i]) };
};
