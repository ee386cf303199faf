import type { ExpectMatcherState } from "@playwright/test";
import { ArgumentError, callSite, type GPT2LanguageModel, type Prompt, type Tensor } from "insitu";
import { answer, type MatcherAnswer } from "./state.ts";

export interface PredictOptions {
  /** The prompt, where a model is expected to predict. */
  after?: Prompt;
  /** The model whose logits these are, where a tensor is: for its tokenizer. */
  model?: Pick<GPT2LanguageModel, "tokenizer">;
  /** Among how many of the most likely tokens; 1 unless given. */
  within?: number;
  /** The least probability. */
  atLeast?: number;
}

/** How many tokens a message lists. */
const LISTED = 5;

/**
 * Whether a token (text that is one, or an id) comes next: after a prompt, of a model; or by logits [vocabulary], or the
 * last of [1, tokens, vocabulary].
 */
export async function toPredict(
  this: ExpectMatcherState,
  received: unknown,
  token: string | number,
  options: PredictOptions = {},
): Promise<MatcherAnswer> {
  const line = callSite();
  const { within = 1, atLeast = 0 } = options;
  const refuse = (problem: string, remedy: string) => new ArgumentError(problem, remedy).at(line);
  const { logits, model } = await logitsOf(received, options, refuse);
  if (typeof token === "string" && !model)
    throw refuse("toPredict has no tokenizer.", "Pass the model, { model }, or the token's id.");
  const id = typeof token === "string" ? (model as GPT2LanguageModel).tokenizer.toSingleToken(token) : token;
  if (!Number.isInteger(id) || id < 0 || id >= logits.length)
    throw refuse(`There is no token ${id}.`, `Ids run from 0 to ${logits.length - 1}.`);
  const probabilities = softmax(logits);
  const order = Array.from(probabilities.keys()).sort((a, b) => (logits[b] as number) - (logits[a] as number));
  const rank = order.indexOf(id) + 1;
  const probability = probabilities[id] as number;
  const pass = rank <= within && probability >= atLeast;
  const name = (of: number) => (model ? JSON.stringify(model.tokenizer.decode([of])) : `token ${of}`);
  return answer(this, "toPredict", pass, ["model", "token"], () => {
    const rows = order
      .slice(0, LISTED)
      .map((of) => [name(of), percent(probabilities[of] as number), of === id ? " <-" : ""]);
    const width = Math.max(...rows.map(([text = ""]) => text.length));
    const wanted = [
      within > 1 ? `among the first ${within}` : "first",
      ...(atLeast > 0 ? [`with at least ${percent(atLeast).trim()}`] : []),
    ].join(", ");
    return [
      ...(options.after === undefined ? [] : [`After:     ${JSON.stringify(options.after)}`]),
      `Expected:  ${this.isNot ? "not " : ""}${name(id)} ${wanted}`,
      `Received:  ${name(id)} at rank ${rank}, with ${percent(probability).trim()}`,
      "",
      "Most likely:",
      ...rows.map(([text = "", share, mark]) => `  ${text.padEnd(width)}  ${share}${mark}`),
    ].join("\n");
  });
}

type Refuse = (problem: string, remedy: string) => ArgumentError;

async function logitsOf(received: unknown, { after, model }: PredictOptions, refuse: Refuse) {
  const value = received as Partial<GPT2LanguageModel> & Partial<Tensor>;
  if (typeof received !== "object" || received === null)
    throw refuse("toPredict was given no model, and no logits.", USE);
  if ("trace" in value) {
    const traced = received as GPT2LanguageModel;
    if (after === undefined) throw refuse("toPredict has no prompt.", USE);
    const logits = await traced.trace(after, () => traced.lm_head.output.at(":", -1).save());
    if (logits.shape[0] !== 1) throw refuse(`toPredict was given ${logits.shape[0]} prompts.`, "Pass one.");
    return { logits: logits.data, model: traced };
  }
  const shape = (value.shape ?? []) as readonly number[];
  if (shape.length === 0 || !value.data) throw refuse("toPredict was given no model, and no logits.", USE);
  if (shape.slice(0, -2).some((n) => n !== 1))
    throw refuse(`toPredict was given logits of several rows, [${shape.join(", ")}].`, "Choose one: logits.at(0).");
  return { logits: value.data.subarray(-(shape.at(-1) as number)), model };
}

const USE =
  'Write expect(model).toPredict(" Paris", { after: "…" }), or expect(logits).toPredict(" Paris", { model }).';

function softmax(logits: ArrayLike<number>): Float64Array {
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < logits.length; i++) most = Math.max(most, logits[i] as number);
  const powers = Float64Array.from(logits, (x) => Math.exp(x - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((x) => x / sum);
}

const percent = (p: number) => `${p < 0.001 ? (p * 100).toPrecision(2) : (p * 100).toFixed(1)} %`.padStart(9);
