import type { GPT2LanguageModel } from "insitu";

/** The layers of an experiment that goes through several: nnsight's cases say `range(3)`, however deep the model. */
export const layersOf = (model: GPT2LanguageModel) => model.transformer.h.slice(0, 3);
