/** The model of the error cases, as their bodies use it. */
import type { BlockHandle, GPT2LanguageModel, Value } from "insitu";

export const A = [1, 2, 3, 4, 5, 6, 7];
export const B = [9, 8, 7, 6];

let model: GPT2LanguageModel;

export function use(given: GPT2LanguageModel): void {
  model = given;
}

export const on = (): GPT2LanguageModel => model;
export const h = (i: number): BlockHandle => model.transformer.h[i] as BlockHandle;
export const logits = (): Value => model.lm_head.output;
