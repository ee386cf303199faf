/**
 * What an experiment measures: one number for each prompt, made of the run's logits on the device. All but `rank` have
 * gradients.
 */
import {
  ArgumentError,
  atLine,
  callSite,
  type GPT2LanguageModel,
  GradientError,
  type Held,
  ShapeMismatchError,
  tensor,
  Value,
} from "insitu";
import { heldValue } from "../shared/heldValue.ts";
import type { Rows } from "../shared/prompts.ts";
import { type Token, tokenIds } from "../shared/tokens.ts";

/** What a metric is told of the run that it measures. */
export interface MetricRun {
  /** Token ids, rows of one length. */
  ids: readonly (readonly number[])[];
  /** What the metric took of the reference run by `ofReference`. */
  reference: Value | undefined;
}

/**
 * Records a metric. `logits` is [prompts, tokens, vocabulary]; gives float32, one number for each prompt or one for
 * all. Read the positions that are needed, `logits.at(":", -1)`: others are then not computed.
 */
export type MetricFunction = (logits: Value, run: MetricRun) => Value;

export interface Metric {
  readonly name: string;
  readonly measure: MetricFunction;
  /** What is needed of the run that this one is compared with: the clean one in patching, the whole one in ablation. */
  readonly ofReference?: (logits: Value) => Value;
  /** Whether it has a gradient: unless this is false. */
  readonly differentiable?: boolean;
  /** Called before anything is recorded. @throws what is wrong with the metric for this model and these prompts. */
  readonly prepare?: (model: GPT2LanguageModel, rows: Rows) => Metric;
}

/** A metric, or a function that records one. */
export type MetricLike = Metric | MetricFunction;

/** Where the logits are read: the last position unless given. */
export interface At {
  position?: number;
}

/** logit(answer) - logit(wrong). A token each for all prompts, or one for each prompt. */
export function logitDifference(answer: Tokens, wrong: Tokens, at?: At): Metric {
  return ofTokens("logit difference", { answer, wrong }, at, (logits, position, { answer, wrong }) =>
    logitOf(logits, position, answer).sub(logitOf(logits, position, wrong)),
  );
}

/** The logit of a token. */
export function logit(answer: Tokens, at?: At): Metric {
  return ofTokens("logit", { answer }, at, (logits, position, { answer }) => logitOf(logits, position, answer));
}

/** The probability of a token, 0 to 1. */
export function probability(answer: Tokens, at?: At): Metric {
  return ofTokens("probability", { answer }, at, (logits, position, { answer }) =>
    logits.at(":", position).softmax().takeAlongAxis(answer),
  );
}

/** The natural logarithm of a token's probability. */
export function logProbability(answer: Tokens, at?: At): Metric {
  return ofTokens("log probability", { answer }, at, (logits, position, { answer }) =>
    logits.at(":", position).logSoftmax().takeAlongAxis(answer),
  );
}

/** How many tokens have a higher logit: 0 for the likeliest. It has no gradient. */
export function rank(answer: Tokens, at?: At): Metric {
  const measure = (logits: Value, position: number, { answer }: { answer: Int32Array }) => {
    const all = logits.at(":", position);
    return all.greater(all.takeAlongAxis(answer).expandDims(-1)).cast("float32").sum(-1);
  };
  return { ...ofTokens("rank", { answer }, at, measure), differentiable: false };
}

/** Entropy of the next token's distribution, nats. */
export function entropy({ position = -1 }: At = {}): Metric {
  return {
    name: "entropy",
    measure: (logits) => {
      const logs = logits.at(":", position).logSoftmax();
      return logs.exp().mul(finite(logs)).sum(-1).neg();
    },
  };
}

/**
 * Kullback-Leibler divergence, nats, of this run's next-token distribution from the reference run's P:
 * Σ P (log P - log this). The reference is the clean run in patching, the whole model's in ablation.
 */
export function klDivergence({ position = -1 }: At = {}): Metric {
  return {
    name: "KL divergence",
    ofReference: (logits) => logits.at(":", position).logSoftmax(),
    measure: (logits, { reference }) => {
      const logs = logits.at(":", position).logSoftmax();
      const target = reference as Value;
      return target
        .exp()
        .mul(finite(target).sub(finite(logs)))
        .sum(-1);
    },
  };
}

/** Mean loss of predicting each next token of the prompt, nats: cross-entropy over positions 0 to the last but one. */
export function loss(): Metric {
  return {
    name: "loss",
    prepare(_, rows) {
      if (rows.length > 1) return this as Metric;
      throw new ArgumentError(
        "A prompt of one token has no loss.",
        "It predicts none of its own tokens; pass two or more.",
      ).at(callSite());
    },
    measure: (logits, { ids }) => tokenLosses(logits, ids).mean(-1),
  };
}

/** The loss at each position but the last: [prompts, tokens - 1]. */
export function tokenLosses(logits: Value, ids: readonly (readonly number[])[]): Value {
  const next = ids.flatMap((row) => row.slice(1));
  const shape = [ids.length, next.length / ids.length];
  return logits
    .at(":", ":-1")
    .logSoftmax()
    .takeAlongAxis(tensor(next, shape, "int32"))
    .neg();
}

/** A metric ready for these prompts. @throws ArgumentError, PromptError */
export function prepared(model: GPT2LanguageModel, metric: MetricLike, rows: Rows): Metric {
  if (typeof metric === "function") {
    // Errors in it are at its own lines.
    const measure: MetricFunction = (logits, run) => atLine(undefined, () => metric(logits, run));
    return { name: metric.name || "metric", measure };
  }
  if (typeof (metric as Partial<Metric> | undefined)?.measure !== "function") {
    throw new ArgumentError(
      `${JSON.stringify(metric) ?? metric} is no metric.`,
      "Pass one of logitDifference, logit, probability, logProbability, rank, entropy, klDivergence, loss, or a function of the logits.",
    ).at(callSite());
  }
  return metric.prepare?.(model, rows) ?? metric;
}

/** @throws GradientError for a metric that is known to have no gradient. */
export function checkGradient(metric: MetricLike): void {
  if (typeof metric === "function" || metric.differentiable !== false) return;
  throw new GradientError(
    `The metric ${metric.name} has no gradient.`,
    "Take logit, logitDifference, probability or logProbability; or what takes no gradients, as activationPatching and occlusion.",
  ).at(callSite());
}

/** Records a prepared metric on the run: float32, [prompts] or [1]. @throws ShapeMismatchError */
export function measured(model: GPT2LanguageModel, metric: Metric, rows: Rows, held?: Held): Value {
  // Taken of as many prompts as these, or of fewer that these are the repetition of.
  const reference = held && heldValue(held, rows.ids.length / (held.shape[0] as number));
  const value: unknown = metric.measure(model.lm_head.output, { ids: rows.ids, reference });
  if (!(value instanceof Value) || (value.size !== 1 && value.size !== rows.ids.length)) {
    throw new ShapeMismatchError(
      `The metric ${metric.name} gives ${value instanceof Value ? `a value of shape [${value.shape}]` : `no value but ${value}`} for ${rows.ids.length} prompts.`,
      "Give one number for each prompt, or one for all, made of the logits.",
    ).at(callSite());
  }
  return value.dtype === "float32" ? value.reshape([-1]) : value.cast("float32").reshape([-1]);
}

/** The same where each prompt's own number is wanted: float32 [prompts]. @throws ShapeMismatchError for one for all. */
export function eachMeasured(model: GPT2LanguageModel, metric: Metric, rows: Rows, reference?: Held): Value {
  const value = measured(model, metric, rows, reference);
  if (value.size === rows.ids.length) return value;
  throw new ShapeMismatchError(
    `The metric ${metric.name} gives one number for ${rows.ids.length} prompts.`,
    'Give one for each: index logits by .at(":", -1, id), not .at(0, -1, id), and take no mean over prompts.',
  ).at(callSite());
}

/** One token for all prompts, or one for each. */
type Tokens = Token | readonly Token[];

function ofTokens<K extends string>(
  name: string,
  tokens: Record<K, Tokens>,
  { position = -1 }: At = {},
  measure: (logits: Value, position: number, ids: Record<K, Int32Array>) => Value,
): Metric {
  const label = `${name} of ${Object.values<Tokens>(tokens)
    .map((given) => ([given].flat().length > 1 ? "the answers" : JSON.stringify([given].flat()[0])))
    .join(" and ")}`;
  return {
    name: label,
    prepare(model, rows) {
      const given = Object.entries<Tokens>(tokens);
      const ids = Object.fromEntries(given.map(([what, list]) => [what, tokenIds(model, list, rows, what)]));
      return { name: label, measure: (logits) => measure(logits, position, ids as Record<K, Int32Array>) };
    },
    measure() {
      throw new Error(`${label} was not prepared`);
    },
  };
}

/** One slice where every prompt asks for the same token: a sweep has this in each of its cells. */
function logitOf(logits: Value, position: number, ids: Int32Array): Value {
  const [first] = ids as unknown as [number];
  if (ids.every((id) => id === first)) return logits.at(":", position, first);
  return logits.at(":", position).takeAlongAxis(ids);
}

/** A token that was masked away, at a probability of 0, counts nothing: 0 · log 0 is 0. */
export const finite = (logs: Value): Value => logs.maximum(-1e4);
