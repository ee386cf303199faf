/** Metrics of a model on prompts. */
import { ArgumentError, callSite, type GPT2LanguageModel, type Held, OutsideTraceError, type Value } from "insitu";
import { type Labelled, labelled } from "../shared/labelled.ts";
import { modelShape } from "../shared/modelShape.ts";
import { byLength, isOne, type Prompts, promptLabels } from "../shared/prompts.ts";
import { oneRequest, type RunOptions } from "../shared/request.ts";
import { cut, rowsOfLogits } from "../shared/rowsPerPass.ts";
import { eachMeasured, type MetricLike, prepared } from "./metrics.ts";

export interface MeasureOptions extends RunOptions {
  /** For `klDivergence`: the run that this one is compared with, by another model, of other prompts, or both. */
  reference?: { model?: GPT2LanguageModel; prompt?: Prompts };
}

type Metrics<K extends string> = Readonly<Record<K, MetricLike>>;

/**
 * Metrics by name: a number each for one prompt. One request.
 * @throws ArgumentError, PromptError for a metric that does not fit, before anything runs.
 */
export async function measure<K extends string>(
  model: GPT2LanguageModel,
  prompt: string | readonly number[],
  metrics: Metrics<K>,
  options?: MeasureOptions,
): Promise<Record<K, number>>;
/** The same for several prompts, of any lengths: a `Labelled` each, over [prompt]. */
export async function measure<K extends string>(
  model: GPT2LanguageModel,
  prompts: readonly string[] | readonly (readonly number[])[],
  metrics: Metrics<K>,
  options?: MeasureOptions,
): Promise<Record<K, Labelled>>;
export async function measure<K extends string>(
  model: GPT2LanguageModel,
  prompts: Prompts,
  metrics: Metrics<K>,
  options: MeasureOptions = {},
): Promise<Record<K, number | Labelled>> {
  const whole = byLength(model, prompts);
  const wholeReferences = options.reference && byLength(model, options.reference.prompt ?? prompts, "reference prompt");
  const names = Object.keys(metrics ?? {}) as K[];
  if (names.length === 0 || names.includes("" as K)) {
    throw new ArgumentError("measure was given no metrics by name.", 'Pass { p: probability(" Paris") }.').at(
      callSite(),
    );
  }
  for (const [group, rows] of whole.entries()) {
    const reference = wholeReferences?.[group];
    const needing = names.find((name) => prepared(model, metrics[name], rows).ofReference);
    if (needing && !reference) {
      throw new ArgumentError(
        `${needing} compares with a reference run, and there is none.`,
        "Pass { reference: { model } } or { reference: { prompt } }.",
      ).at(callSite());
    }
    if (reference && reference.at.join() !== rows.at.join()) {
      throw new ArgumentError(
        "The reference prompts do not correspond to the prompts.",
        "Pass one for each prompt; those of prompts of one length must have one length too.",
      ).at(callSite());
    }
  }
  const shape = modelShape(model);
  const ready = whole.flatMap((group, i) => {
    const reference = wholeReferences?.[i];
    const most = rowsOfLogits(shape, Math.max(group.length, reference?.length ?? 0), options.chunkBytes);
    const references = reference && cut(reference, most);
    return cut(group, most).map((rows, part) => ({
      rows,
      reference: references?.[part],
      metrics: names.map((name) => ({ name, metric: prepared(model, metrics[name], rows) })),
    }));
  });
  const groups = ready.map(({ rows }) => rows);
  const runs = await oneRequest(model, options, (request) =>
    ready.map(({ rows, reference, metrics }) => {
      const references = new Map<string, Held>();
      if (reference) {
        const by = options.reference?.model ?? model;
        request.trace(
          reference.ids,
          () => {
            for (const { name, metric } of metrics) {
              const taken = metric.ofReference?.(by.lm_head.output);
              if (taken) references.set(name, held(taken));
            }
            return undefined;
          },
          by,
        );
      }
      return request.trace(rows.ids, () =>
        Object.fromEntries(
          metrics.map(({ name, metric }) => [name, eachMeasured(model, metric, rows, references.get(name))]),
        ),
      );
    }),
  );
  const labels = new Array<string>(groups[0]?.total ?? 0);
  for (const group of groups) {
    const names = promptLabels(model, group);
    for (const [i, prompt] of group.at.entries()) labels[prompt] = names[i] as string;
  }
  const result = (name: K): number | Labelled => {
    const numbers = new Float32Array(labels.length);
    for (const [group, { at }] of groups.entries()) {
      const { data } = runs[group]!.get(name);
      for (const [i, prompt] of at.entries()) numbers[prompt] = data[i] as number;
    }
    return isOne(prompts) ? (numbers[0] as number) : labelled(name, [{ name: "prompt", labels }], numbers);
  };
  return Object.fromEntries(names.map((name) => [name, result(name)])) as Record<K, number | Labelled>;
}

/** @throws ArgumentError for a model of another load, which has no part in this request. */
function held(value: Value): Held {
  try {
    return value.hold();
  } catch (error) {
    if (!(error instanceof OutsideTraceError)) throw error;
    throw new ArgumentError(
      "The reference model was loaded by itself.",
      "Pass an edited copy of this one: model.edit(…).",
    ).at(callSite());
  }
}
