import type { Case } from "../case.ts";

export const setOutput: Case = (model, X) =>
  model.trace(X["A"]!, () => {
    const [, h1, h2] = model.transformer.h;
    const old = h1!.output.save();
    h1!.output = h1!.output.mul(0.5).add(X["v"]!);
    return { old, new: h1!.output.save(), next_input: h2!.input.save(), logits: model.lm_head.output.save() };
  });

export const setInput: Case = (model, X) =>
  model.trace(X["A"]!, () => {
    const [, h1, h2] = model.transformer.h;
    h1!.input = h1!.input.add(X["v"]!);
    const input1 = h1!.input.save();
    const [[x], kwargs] = h2!.mlp.inputs;
    h2!.mlp.inputs = [[x.mul(2)], kwargs];
    return { input1, mlp2: h2!.mlp.output.save(), logits: model.lm_head.output.save() };
  });

export const setAttnOutputTuple: Case = (model, X) =>
  model.trace(X["A"]!, () => {
    const [h0, h1] = model.transformer.h;
    const a = h0!.attn.output;
    h0!.attn.output = [a[0].mul(3), a[1]];
    h1!.attn.output[0].set(0);
    return { h1: h1!.output.save(), logits: model.lm_head.output.save() };
  });

/** Embeddings of one prompt put into another, without leaving the device. */
export const embeddingOverride: Case = (model, X) =>
  model.session(async () => {
    const { embeddings } = await model.trace(X["C"]!, () => ({ embeddings: model.transformer.wte.output.hold() }));
    const { logits } = await model.trace(X["A"]!, () => {
      model.transformer.wte.output = embeddings;
      return { logits: model.lm_head.output.save() };
    });
    const { reference_C } = await model.trace(X["C"]!, () => ({ reference_C: model.lm_head.output.save() }));
    return { logits, reference_C };
  });
