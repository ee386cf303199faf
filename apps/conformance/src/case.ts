import type { GPT2LanguageModel, Tensor } from "insitu";

/** The oracle's inputs by name: prompts A … D (ids), masks, vectors v and steer. */
export type Inputs = Record<string, Tensor>;

/** An experiment. Outputs carry the oracle's names; arrays become `name.0`, `name.1` … */
export type Case = (model: GPT2LanguageModel, X: Inputs) => Promise<Record<string, Outputs>>;

export type Outputs = Tensor | boolean | number | string | readonly Outputs[] | { readonly [name: string]: Outputs };
