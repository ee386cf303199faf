import { type ActivationCache, Tensor } from "insitu";
import type { Case, Outputs } from "../case.ts";

const keysOf = (cache: ActivationCache) => cache.keys().map((key) => (key === "model" ? key : `model.${key}`));

export const cacheAll: Case = async (model, X) => {
  const { cache } = await model.trace(X["A"]!, (tracer) => ({ cache: tracer.cache() }));
  const out: Record<string, Outputs> = {};
  for (const key of keysOf(cache)) {
    const { output } = cache.get(key);
    if (output instanceof Tensor) out[key] = output;
  }
  return { out, keys: keysOf(cache) };
};

export const cacheSelectInputsAfterEdit: Case = async (model, X) => {
  const h1 = model.transformer.h[1]!;
  const { cache } = await model.trace(X["A"]!, (tracer) => {
    const cache = tracer.cache({ modules: [h1, "model.transformer.h.2.mlp"], includeInputs: true });
    h1.output.at(":, 0").set(0);
    return { cache };
  });
  const [of_h1, of_mlp] = [cache.get("transformer.h.1"), cache.get("model.transformer.h.2.mlp")];
  return {
    keys: keysOf(cache),
    h1_out: of_h1.output,
    h1_in: of_h1.input,
    mlp_in: of_mlp.inputs[0][0],
    mlp_out: of_mlp.output,
  };
};

export const stopEarly: Case = async (model, X) => {
  const { cache, h0 } = await model.trace(X["A"]!, (tracer) => {
    const cache = tracer.cache();
    const h0 = model.transformer.h[0]!.output.save();
    tracer.stop();
    return { cache, h0 };
  });
  return { h0, visited: keysOf(cache) };
};
