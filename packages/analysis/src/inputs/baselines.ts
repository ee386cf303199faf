/** What stands for the absence of a token: an embedding to compare with. */
import { ArgumentError, type ConstantLike, callSite, type GPT2LanguageModel, tensor, type Value, zeros } from "insitu";
import type { Rows } from "../shared/prompts.ts";
import { type Token, tokenId } from "../shared/tokens.ts";

/**
 * "zeros"; a token's embedding, at every position; or vectors of your own: [width], [tokens, width] or
 * [prompts, tokens, width].
 */
export type Baseline = "zeros" | { token: Token } | { vectors: ConstantLike };

/** A baseline, checked. */
export interface CheckedBaseline {
  readonly name: string;
  /** Records it: [prompts, tokens, width]. */
  whole(): Value;
  /** Records it at one position: it broadcasts to [prompts, width]. */
  at(position: number): Value;
}

/** @throws ArgumentError, PromptError */
export function baselineOf(model: GPT2LanguageModel, baseline: Baseline, rows: Rows, width: number): CheckedBaseline {
  const shape = [rows.ids.length, rows.length, width];
  const everywhere = (name: string, vector: () => Value): CheckedBaseline => ({
    name,
    whole: () => vector().broadcastTo(shape),
    at: vector,
  });
  if (baseline === "zeros") return everywhere("zeros", () => zeros([width]));
  if (typeof baseline === "object" && baseline !== null && "token" in baseline) {
    const id = tokenId(model, baseline.token);
    return everywhere(JSON.stringify(baseline.token), () => model.transformer.wte.weight.at(id));
  }
  if (typeof baseline !== "object" || baseline === null || !("vectors" in baseline)) {
    throw new ArgumentError(
      `${JSON.stringify(baseline)} is no baseline.`,
      'Pass "zeros", { token: " the" } or { vectors: … }.',
    ).at(callSite());
  }
  const { vectors } = baseline;
  // Recorded without a run, so that wrong numbers show now.
  const given = model.scan(rows.ids, () => ({ vectors: tensor(vectors, undefined, "float32") })).vectors.shape;
  const fits = given.length >= 1 && given.length <= 3 && shape.slice(-given.length).join() === given.join();
  if (!fits) {
    throw new ArgumentError(
      `The baseline's vectors are [${given}].`,
      `Give [${width}], [${shape.slice(1)}] or [${shape}]: width, tokens before it, prompts before them.`,
      { shape: given },
    ).at(callSite());
  }
  const constant = () => tensor(vectors, undefined, "float32");
  if (given.length === 1) return everywhere("vectors", constant);
  const whole = () => constant().broadcastTo(shape);
  return { name: "vectors", whole, at: (position) => whole().at(":", position) };
}
