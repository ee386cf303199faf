import { stack, tensor, type Value, zerosLike } from "insitu";
import type { Case } from "../case.ts";
import { layersOf } from "../layers.ts";

export const backwardReads: Case = (model, X) =>
  model.trace(X["A"]!, () => {
    const { transformer, lm_head } = model;
    const [h0, h1, h2] = layersOf(model).map((block) => block.output) as [Value, Value, Value];
    const wte = transformer.wte.output;
    const mlp1 = transformer.h[1]!.mlp.output;
    const attn2 = transformer.h[2]!.attn.output[0];
    const logits = lm_head.output;
    const loss = logits.at(0, -1, 7).sub(logits.at(0, -1, 9));
    const grad = loss.backward(() => ({
      logits: logits.grad.save(),
      h2: h2.grad.save(),
      attn2: attn2.grad.save(),
      h1: h1.grad.save(),
      mlp1: mlp1.grad.save(),
      h0: h0.grad.save(),
      wte: wte.grad.save(),
    }));
    return { loss: loss.save(), grad };
  });

/** A gradient replaced in flight. */
export const backwardEditGrad: Case = (model, X) =>
  model.trace(X["A"]!, () => {
    const [h0, h1] = layersOf(model).map((block) => block.output) as [Value, Value];
    const loss = model.lm_head.output.at(0, -1).logSumExp(-1);
    return loss.backward(() => {
      const z = zerosLike(h1.grad);
      z.at(":, -1").set(h1.grad.at(":, -1").mul(2));
      h1.grad = z;
      return { g0: h0.grad.save() };
    });
  });

export const backwardTwice: Case = (model, X) =>
  model.trace(X["A"]!, () => {
    const h0 = model.transformer.h[0]!.output;
    const logits = model.lm_head.output;
    const ga = logits.at(0, -1, 7).backward(() => h0.grad.save());
    const gb = logits.at(0, -1, 9).backward(() => h0.grad.save());
    return { ga, gb };
  });

export const backwardRetainGrad: Case = async (model, X) => {
  let h1!: Value;
  await model.trace(X["A"]!, () => {
    h1 = model.transformer.h[1]!.output;
    h1.retainGrad();
    h1.save();
    model.lm_head.output.at(0, -1, 7).backward();
  });
  return { g: h1.grad.value };
};

export const backwardInvokes: Case = (model, X) =>
  model.trace((tracer) => {
    const block = model.transformer.h[0]!;
    const gradient = (token: number) => {
      const hidden = block.output;
      return model.lm_head.output.at(0, -1, token).backward(() => hidden.grad.save());
    };
    return { ga: tracer.invoke(X["A"]!, () => gradient(7)), gb: tracer.invoke(X["B"]!, () => gradient(9)) };
  });

export const backwardCrossEntropyAll: Case = (model, X) =>
  model.trace(X["A"]!, () => {
    const states = layersOf(model).map((block) => block.output);
    const targets = tensor(X["A"]!.at(0, "1:"));
    const logProbs = model.lm_head.output.at(0, ":-1").logSoftmax();
    const loss = logProbs.takeAlongAxis(targets).mean().neg();
    const grads_h2_h1_h0 = loss.backward(() => states.toReversed().map((h) => h.grad.save()));
    return { loss: loss.save(), grads_h2_h1_h0 };
  });

/** (clean - corrupt) · gradient at every layer: a first-order estimate of patching it. */
export const attributionPatching: Case = (model, X) =>
  model.session(async () => {
    const { lm_head } = model;
    const clean = await model.trace(X["A"]!, () => layersOf(model).map((block) => block.output.hold()));
    return model.trace(X["C"]!, () => {
      const states = layersOf(model).map((block) => block.output);
      const last = lm_head.output.at(0, -1);
      const gradients = last
        .at(7)
        .sub(last.at(9))
        .backward(() => states.map((h) => h.grad));
      const parts = states.map((h, i) => h.neg().add(clean[i]!).mul(gradients[i]!).sum(-1).at(0));
      return { attr: stack(parts).save() };
    });
  });
