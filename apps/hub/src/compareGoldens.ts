/**
 * How far a loaded model is from what torch gave for the same checkpoint (apps/hub/goldens): every parameter, every
 * place, the best ids and a greedy continuation. Only sampled numbers leave the worker.
 */
import { type GPT2LanguageModel, type Tensor, tensor, type Value, where, zerosLike } from "insitu";

/** Shape, flat indices, the values there, and for floats the L2 norm. */
export type Sample = [shape: number[], indices: number[], values: number[], norm?: number];

/** What goldens/make.py writes of a model. */
export interface Golden {
  ids: number[];
  /** By path and name: `transformer.h.0.mlp.c_fc.weight`. */
  parameters: Record<string, Sample>;
  /** By module and port: `transformer.h.0.attn:source.query`. */
  sites: Record<string, Sample>;
  /** The best ids at every position, best first. */
  top: number[][];
  newTokens: number[];
}

export interface Comparison {
  /** The largest error of each parameter. */
  parameters: Record<string, number>;
  /** Of each place, in a pass in which every place is read. */
  sites: Record<string, number>;
  /** Of the logits in a pass in which nothing else is read, and whole modules run as one operation. */
  logits: number;
  /** What is not a matter of rounding: shapes, ids, places that one side lacks. One line each. */
  failures: string[];
}

/** Errors are of the sampled values and the norm, relative to the largest of the place's, at least to 1. */
export async function compareGoldens(model: GPT2LanguageModel, golden: Golden): Promise<Comparison> {
  const { ids } = golden;
  const failures: string[] = [];
  const parameters = await errorsOf(golden.parameters, failures, (take) =>
    model.trace(ids, () => mapped(golden.parameters, (name, sample) => take(parameterOf(model, name), sample))),
  );
  const sites = sitesInOrder(model, golden, failures);
  const places = await errorsOf(sites, failures, (take) =>
    model.trace(ids, () => mapped(sites, (name, sample) => take(placeOf(model, name), sample, name))),
  );
  const alone = { logits: golden.sites["lm_head:output"] as Sample };
  const fused = await errorsOf(alone, failures, (take) =>
    model.trace(ids, () => ({ logits: take(model.lm_head.output, alone.logits) })),
  );
  await compareIds(model, golden, failures);
  return { parameters, sites: places, logits: fused["logits"] as number, failures };
}

/** The largest of several errors, and where it is. NaN is larger than anything. */
export function worstOf(errors: Record<string, number>): { name: string; error: number } {
  let worst = { name: "", error: 0 };
  for (const [name, error] of Object.entries(errors)) {
    if (!(error <= worst.error) && !Number.isNaN(worst.error)) worst = { name, error };
  }
  return worst;
}

interface Taken<T> {
  values: T;
  norm: T | undefined;
}

type Take = (value: Value, sample: Sample, name?: string) => Taken<Value> & { shape: readonly number[] };

/** Runs a trace that takes samples, and compares them. */
async function errorsOf(
  samples: Record<string, Sample>,
  failures: string[],
  run: (take: Take) => Promise<unknown>,
): Promise<Record<string, number>> {
  const shapes: string[] = [];
  const take: Take = (value, [, indices, , norm], name = "") => {
    shapes.push(value.shape.join());
    const values = value
      .flatten()
      .gather(tensor(indices, [indices.length], "int32"), 0)
      .save();
    return { values, norm: norm === undefined ? undefined : lengthOf(value, name).save(), shape: value.shape };
  };
  const taken = (await run(take)) as Record<string, Taken<Tensor>>;
  Object.entries(samples).forEach(([name, [shape]], i) => {
    if (shapes[i] !== shape.join()) failures.push(`${name} is [${shapes[i]}], not [${shape}]`);
  });
  return mapped(samples, (name, sample) => errorOf(taken[name] as Taken<Tensor>, sample));
}

function errorOf({ values, norm }: Taken<Tensor>, [, , wanted, wantedNorm]: Sample): number {
  const scale = wanted.reduce((m, x) => Math.max(m, Math.abs(x)), 1);
  // The golden has the shortest decimals that are these float32.
  const errors = wanted.map((x, i) => Math.abs((values.data[i] as number) - Math.fround(x)) / scale);
  if (norm && wantedNorm !== undefined) errors.push(Math.abs(norm.item() - wantedNorm) / Math.max(1, wantedNorm));
  return worstOf(Object.fromEntries(errors.entries())).error;
}

/** L2, of scores without those that are masked. */
function lengthOf(value: Value, name: string): Value {
  const counted = name.endsWith(":source.scores") ? where(value.greater(-1e29), value, zerosLike(value)) : value;
  // Row by row: wasm adds one after another, and after 600,000 logits that alone is off by more than 1e-4.
  return counted.mul(counted).sum(-1).sum().sqrt();
}

function parameterOf(model: GPT2LanguageModel, name: string): Value {
  const dot = name.lastIndexOf(".");
  return model.get<Record<string, Value>>(name.slice(0, dot))[name.slice(dot + 1)] as Value;
}

/** The value at `module:port`, inside a trace. */
function placeOf(model: GPT2LanguageModel, name: string): Value {
  const [path, port] = name.split(":") as [string, string];
  const handle = model.get<Handle>(path);
  const [kind, rest] = [port.split(".")[0], port.slice(port.indexOf(".") + 1)];
  if (kind === "inputs") return handle.inputs[1][rest] as Value;
  if (kind === "source") return handle.source[rest] as Value;
  if (port === "input") return handle.input;
  return port === "output" ? (handle.output as Value) : ((handle.output as Record<string, Value>)[rest] as Value);
}

interface Handle {
  input: Value;
  inputs: [unknown, Record<string, Value>];
  output: Value | Record<string, Value>;
  source: Record<string, Value>;
}

/** The golden's places in the order in which they pass; each of the model's must be there. */
function sitesInOrder(model: GPT2LanguageModel, { sites }: Golden, failures: string[]): Record<string, Sample> {
  const ordered: Record<string, Sample> = {};
  for (const { module, port, afterwards } of model.spec.sites) {
    const name = `${module}:${port}`;
    const sample = sites[name];
    if (sample) ordered[name] = sample;
    else if (!afterwards) failures.push(`the golden lacks ${name}`);
  }
  for (const name of Object.keys(sites)) if (!(name in ordered)) failures.push(`the model lacks ${name}`);
  return ordered;
}

async function compareIds(
  model: GPT2LanguageModel,
  { ids, top, newTokens }: Golden,
  failures: string[],
): Promise<void> {
  const best = await model.trace(ids, () => model.lm_head.output.topk(top[0]?.length ?? 1).indices.save());
  const [rows, made] = [best.array() as number[][][], await model.generate(ids, { maxNewTokens: newTokens.length })];
  const pairs: [string, unknown, unknown][] = [
    ["the best ids", rows[0], top],
    ["the continuation", (made.array() as number[][])[0]?.slice(ids.length), newTokens],
  ];
  for (const [what, have, want] of pairs) {
    if (JSON.stringify(have) !== JSON.stringify(want))
      failures.push(`${what}: ${JSON.stringify(have)}, not ${JSON.stringify(want)}`);
  }
}

function mapped<A, B>(from: Record<string, A>, make: (name: string, value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(from).map(([name, value]) => [name, make(name, value)]));
}
