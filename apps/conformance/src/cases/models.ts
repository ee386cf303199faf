import type { GPT2LanguageModel } from "insitu";
import type { Case } from "../case.ts";

/** Edits of the model itself: a copy with them, and the original without. */
export const editCopy: Case = async (model, X) => {
  const ablated = model.edit(() => model.transformer.h[1]!.mlp.output.set(0));
  const { edited } = await ablated.trace(X["A"]!, () => ({ edited: model.lm_head.output.save() }));
  const { original } = await model.trace(X["A"]!, () => ({ original: model.lm_head.output.save() }));
  return { edited, original };
};

/** Edits in place, one after another, seen by every trace until they are cleared. */
export const editInplaceStacked: Case = async (model, X) => {
  const { lm_head, transformer } = model;
  const [h0, h1] = transformer.h;
  model.edit(() => h0!.output.at(":, :, :4").set(0), { inPlace: true });
  model.edit(
    () => {
      h1!.output = h1!.output.mul(2);
    },
    { inPlace: true },
  );
  const one = await model.trace(X["A"]!, () => ({
    h0: h0!.output.save(),
    h1: h1!.output.save(),
    edited: lm_head.output.save(),
  }));
  const two = await model.trace((tracer) => ({
    inv_a: tracer.invoke(X["A"]!, () => lm_head.output.save()),
    inv_b: tracer.invoke(X["B"]!, () => lm_head.output.save()),
  }));
  model.clearEdits();
  const { cleared } = await model.trace(X["A"]!, () => ({ cleared: lm_head.output.save() }));
  return { ...one, ...two, cleared };
};

/** Shapes without a run; a wrong slice is found without one too. */
export const scanShapes: Case = async (model, X) => {
  const { transformer, lm_head } = model;
  const block = transformer.h[0]!;
  const scanned = model.scan(X["A"]!, () => ({
    wte: transformer.wte.output,
    c_attn: block.attn.c_attn.output,
    attn0: block.attn.output[0],
    attn1: block.attn.output[1],
    act: block.mlp.act.output,
    h0: block.output,
    logits: lm_head.output,
  }));
  let found = false;
  try {
    model.scan(X["A"]!, () => block.output.at(":, 99, :").set(0));
  } catch {
    found = true;
  }
  if (!found) throw new Error("the wrong slice was not found");
  return { shapes: Object.fromEntries(Object.entries(scanned).map(([name, { shape }]) => [name, shape])) };
};

/** The model under other names. */
export const rename: Case = async (_, X, { load }) => {
  const model = await load({ rename: { "transformer.h": "layers", attn: "self_attn" } });
  const { layers, lm_head } = model as GPT2LanguageModel & {
    layers: { self_attn: GPT2LanguageModel["transformer"]["h"][number]["attn"]; output: never }[];
  };
  const traced = await model.trace(X["A"]!, () => {
    const attn = layers[0]!.self_attn.output[0].save();
    (layers[1] as unknown as GPT2LanguageModel["transformer"]["h"][number]).output.at(":, -1").set(0);
    return { attn, logits: lm_head.output.save() };
  });
  return { ...traced, path: `model.${layers[0]!.self_attn.path}` };
};

/** A module called with its hooks: what reads it afterwards sees that call. */
export const hookTrueCall: Case = async (model, X) => {
  const { transformer, lm_head } = model;
  const outputs = await model.trace((tracer) => {
    const ofA = tracer.invoke(X["A"]!, () => ({
      lens: transformer.ln_f(transformer.h[0]!.output, { hook: true }).save(),
      logits: lm_head.output.save(),
    }));
    return { ...ofA, seen: tracer.invoke(() => transformer.ln_f.output.save()) };
  });
  return { ...outputs, equal: outputs.lens.data.every((x, i) => x === outputs.seen.data[i]) };
};
