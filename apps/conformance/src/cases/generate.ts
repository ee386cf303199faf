import type { GPT2LanguageModel, Tensor, Value } from "insitu";
import type { Case } from "../case.ts";

/** Adds the steering vector at the last position of layer 1. */
const steer = (model: GPT2LanguageModel, vector: Tensor) => {
  model.transformer.h[1]!.output.at(":, -1, :").add_(vector);
};

export const generatePlain: Case = (model, X) =>
  model.generate(X["A"]!, { maxNewTokens: 8 }, (tracer) => {
    const pos: Value[] = [];
    const h1: Value[] = [];
    const logits: Value[] = [];
    tracer.iter(":8", () => {
      pos.push(model.transformer.wpe.input.save());
      h1.push(model.transformer.h[1]!.output.save());
      logits.push(model.lm_head.output.save());
    });
    return { ids: model.generator.output.save(), logits, pos, h1 };
  });

export const generateAllSteering: Case = (model, X) =>
  model.generate(X["A"]!, { maxNewTokens: 6 }, (tracer) => {
    const logits: Value[] = [];
    tracer.all(() => {
      steer(model, X["steer"]!);
      logits.push(model.lm_head.output.save());
    });
    return { ids: tracer.result.save(), logits };
  });

/** nnsight's open loop swallows what follows it; here it does not. */
export const generateAllUnbounded: Case = (model, X) =>
  model.generate(X["A"]!, { maxNewTokens: 4 }, (tracer) => {
    const steps: number[] = [];
    tracer.all((step) => {
      steer(model, X["steer"]!);
      steps.push(step);
    });
    return { ids: tracer.result.save(), steps };
  });

export const generateIterSlice: Case = (model, X) =>
  model.generate(X["A"]!, { maxNewTokens: 8 }, (tracer) => {
    const logits: Value[] = [];
    const steps: number[] = [];
    tracer.iter("2:5", (step) => {
      steer(model, X["steer"]!);
      logits.push(model.lm_head.output.save());
      steps.push(step);
    });
    return { ids: tracer.result.save(), logits, steps };
  });

export const generateIterListInt: Case = async (model, X) => {
  const picked = await model.generate(X["A"]!, { maxNewTokens: 6 }, (tracer) => {
    const logits: Value[] = [];
    tracer.iter([0, 2, 5], () => logits.push(model.lm_head.output.save()));
    return { ids: tracer.result.save(), logits };
  });
  const { ids_ablated } = await model.generate(X["A"]!, { maxNewTokens: 6 }, (tracer) => {
    tracer.iter(3, () => model.transformer.h[0]!.output.set(0));
    return { ids_ablated: tracer.result.save() };
  });
  return { ...picked, ids_ablated };
};

export const generateNoIterFirstStep: Case = (model, X) =>
  model.generate(X["A"]!, { maxNewTokens: 4 }, (tracer) => {
    steer(model, X["steer"]!);
    return { logits: model.lm_head.output.save(), ids: tracer.result.save() };
  });

export const generateEos: Case = async (model, X) => {
  const full = await model.generate(X["A"]!, { maxNewTokens: 8 });
  const eos = full.at(0, 7 + 2).item();
  const ids = await model.generate(X["A"]!, { maxNewTokens: 8, eosTokenId: eos });
  return { full, ids, eos };
};

export const generateTwoInvokes: Case = async (model, X) => {
  const { lm_head, transformer } = model;
  const outputs = await model.generate({ maxNewTokens: 5 }, (tracer) => {
    const ofA = tracer.invoke(X["A"]!, () => {
      const la: Value[] = [];
      tracer.iter(":5", () => la.push(lm_head.output.save()));
      return { la, ra: tracer.result.save() };
    });
    const ofB = tracer.invoke(X["B"]!, () => {
      const lb: Value[] = [];
      const pb: Value[] = [];
      tracer.iter(":5", () => {
        pb.push(transformer.wpe.input.save());
        steer(model, X["steer"]!);
        lb.push(lm_head.output.save());
      });
      return { lb, pb, rb: tracer.result.save() };
    });
    return { ...ofA, ...ofB };
  });
  const b_alone = await model.generate(X["B"]!, { maxNewTokens: 5 }, (tracer) => {
    tracer.all(() => steer(model, X["steer"]!));
    return tracer.result.save();
  });
  return { ...outputs, b_alone };
};

/** Each step of one prompt takes the other's hidden state at that step. */
export const generateBarrier: Case = (model, X) =>
  model.generate({ maxNewTokens: 4 }, (tracer) => {
    const barrier = tracer.barrier(2);
    const block = model.transformer.h[1]!;
    const hidden: Value[] = [];
    const ra = tracer.invoke(X["A"]!, () => {
      tracer.all((step) => {
        hidden[step] = block.output.clone();
        barrier();
      });
      return tracer.result.save();
    });
    const rc = tracer.invoke(X["C"]!, () => {
      tracer.all((step) => {
        barrier();
        block.output = hidden[step]!;
      });
      return tracer.result.save();
    });
    return { ra, rc };
  });

export const cacheInvokesGenerate: Case = async (model, X) => {
  const { cache, ids } = await model.generate({ maxNewTokens: 3 }, (tracer) => ({
    cache: tracer.invoke(X["A"]!, () => tracer.cache({ modules: [model.transformer.h[0]!] })),
    ids: tracer.invoke(X["B"]!, () => tracer.result.save()),
  }));
  const h0 = cache.get("model.transformer.h.0").output as Tensor[];
  return { n: h0.length, h0, ids };
};

export const editGenerate: Case = async (model, X) => {
  model.edit(() => steer(model, X["steer"]!), { inPlace: true });
  const once = await model.generate(X["A"]!, { maxNewTokens: 5 });
  model.clearEdits();
  model.edit((tracer) => tracer.all(() => steer(model, X["steer"]!)), { inPlace: true });
  const every = await model.generate(X["A"]!, { maxNewTokens: 5 });
  model.clearEdits();
  return { once, every };
};

export const sourceGenerate: Case = (model, X) =>
  model.generate(X["A"]!, { maxNewTokens: 3 }, (tracer) => {
    const patterns: Value[] = [];
    tracer.all(() => patterns.push(model.transformer.h[0]!.attn.source.pattern.save()));
    return { patterns, ids: tracer.result.save() };
  });

/** Generation by hand: each trace's choice is read, and joins the next one's prompt. */
export const sessionFeedback: Case = async (model, X) => {
  const tokens = await model.session(async () => {
    const chosen: number[] = [];
    for (let n = 0; n < 4; n++) {
      const ids = [...X["B"]!.data, ...chosen];
      const next = await model.trace(ids, () => model.lm_head.output.at(":", -1).argMax().hold());
      chosen.push((await next.read()).item());
    }
    return chosen;
  });
  return { tokens, generated: await model.generate(X["B"]!, { maxNewTokens: 4 }) };
};
