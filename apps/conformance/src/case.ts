import type { GPT2LanguageModel, LoadOptions, Tensor } from "insitu";

/** The oracle's inputs by name: prompts A … D (ids), masks, vectors v and steer. */
export type Inputs = Record<string, Tensor>;

/** What a case may need beside the model. */
export interface Tools {
  /** The oracle's model once more, loaded otherwise; it is disposed when the case is done. */
  load(options: LoadOptions): Promise<GPT2LanguageModel>;
}

/** An experiment. Outputs carry the oracle's names; arrays become `name.0`, `name.1` … */
export type Case = (model: GPT2LanguageModel, X: Inputs, tools: Tools) => Promise<Record<string, Outputs>>;

export type Outputs = Tensor | boolean | number | string | readonly Outputs[] | { readonly [name: string]: Outputs };
