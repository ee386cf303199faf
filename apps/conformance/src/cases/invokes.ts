import type { Value } from "insitu";
import type { Case } from "../case.ts";

export const invokesUnequal: Case = async (model, X) => {
  const { lm_head, transformer } = model;
  const outputs = await model.trace((tracer) => {
    const a = tracer.invoke(X["A"]!, () => lm_head.output.save());
    const of_b = tracer.invoke(X["B"]!, () => ({
      ids_b: transformer.wte.input.save(),
      pos_b: transformer.wpe.input.save(),
      h_b: transformer.h[1]!.output.save(),
      b: lm_head.output.save(),
    }));
    const d = tracer.invoke(X["D"]!, () => lm_head.output.save());
    const of_all = tracer.invoke(() => {
      const [[input_ids], { attention_mask, position_ids }] = model.inputs;
      return {
        input_ids: input_ids.save(),
        attention_mask: attention_mask.save(),
        position_ids: position_ids.save(),
        h_all: transformer.h[1]!.output.save(),
        all: lm_head.output.save(),
      };
    });
    return { a, d, ...of_b, ...of_all };
  });
  const { b_alone } = await model.trace(X["B"]!, () => ({ b_alone: lm_head.output.save() }));
  return { ...outputs, b_alone };
};

export const invokesMultiRow: Case = (model, X) =>
  model.trace((tracer) => {
    const block = model.transformer.h[0]!;
    const a = tracer.invoke(X["AA"]!, () => {
      block.output.at(":, -1").set(0);
      return model.lm_head.output.save();
    });
    const b = tracer.invoke(X["B"]!, () => {
      block.output = block.output.add(X["v"]!);
      return model.lm_head.output.save();
    });
    return { a, b, h0_all: tracer.invoke(() => block.output.save()) };
  });

export const invokesSourceEdit: Case = (model, X) =>
  model.trace((tracer) => {
    const { source } = model.transformer.h[1]!.attn;
    const of_a = tracer.invoke(X["A"]!, () => ({ wa: source.pattern.save(), a: model.lm_head.output.save() }));
    const b = tracer.invoke(X["B"]!, () => {
      const pattern = source.pattern.clone();
      pattern.at(":, 1").set(0);
      source.pattern = pattern;
      return model.lm_head.output.save();
    });
    return { ...of_a, b };
  });

export const barrierPatch: Case = (model, X) =>
  model.trace((tracer) => {
    const barrier = tracer.barrier(2);
    const block = model.transformer.h[1]!;
    let last: Value;
    const la = tracer.invoke(X["A"]!, () => {
      last = block.output.at(":, -1, :");
      barrier();
      return model.lm_head.output.save();
    });
    const lb = tracer.invoke(X["B"]!, () => {
      barrier();
      block.output.at(":, -1, :").set(last);
      return model.lm_head.output.save();
    });
    return { la, lb, h1_all: tracer.invoke(() => block.output.save()) };
  });

export const barrierReused: Case = (model, X) =>
  model.trace((tracer) => {
    const barrier = tracer.barrier(2);
    const [h0, , h2] = model.transformer.h;
    let p: Value;
    let q: Value;
    tracer.invoke(X["A"]!, () => {
      p = h0!.output.at(":, -1, :");
      barrier();
      q = h2!.output.at(":, -2, :");
      barrier();
    });
    const logits = tracer.invoke(X["C"]!, () => {
      barrier();
      h0!.output.at(":, -1, :").set(p);
      barrier();
      h2!.output.at(":, -2, :").set(q);
      return model.lm_head.output.save();
    });
    return { logits };
  });

export const crossInvokeNoBarrier: Case = (model, X) =>
  model.trace((tracer) => {
    const h = tracer.invoke(X["A"]!, () => model.transformer.h[0]!.output.at(":, -1, :"));
    const logits = tracer.invoke(X["B"]!, () => {
      model.transformer.h[2]!.output.at(":, -1, :").set(h);
      return model.lm_head.output.save();
    });
    return { logits };
  });

/** A branch on a number of the run: nnsight's `if` is `tracer.cond` here. */
export const valueConditional: Case = (model, X) =>
  model.trace((tracer) => {
    const [h0, h1] = model.transformer.h;
    const clear = () => h1!.output.set(0);
    const a = tracer.invoke(X["A"]!, () => {
      tracer.cond(h0!.output.at(0, -1, 0).greater(0), clear);
      return model.lm_head.output.save();
    });
    const c = tracer.invoke(X["C"]!, () => {
      tracer.cond(h0!.output.at(0, -1, 0).greater(0), () => {}, clear);
      return model.lm_head.output.save();
    });
    return { a, c };
  });
