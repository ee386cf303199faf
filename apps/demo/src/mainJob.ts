/** The main job, on the public API: read a prediction, edit what it is made of, read it again. */
import { type Backend, LanguageModel, type LoadProgress, type Tensor, type Value } from "insitu";

export interface Options {
  /** A hub id, a URL, or a path on the page's server. */
  model: string;
  /** A mirror of the hub. */
  hub?: string;
  revision?: string;
  backend: Backend;
  prompt: string;
  /** A prompt whose answer the steering vector points to. */
  towards: string;
}

export interface Prediction {
  token: string;
  id: number;
  probability: number;
}

export interface Run {
  name: string;
  /** The edit, as the reader would write it. */
  edit: string;
  top: Prediction[];
  /** Shapes of what left the worker, by name. */
  saved: Record<string, number[]>;
  milliseconds: number;
}

export interface Report {
  model: string;
  backend: string;
  adapter: string;
  software: boolean;
  notice?: string;
  prompt: string;
  tokens: string[];
  loadMilliseconds: number;
  runs: Run[];
  memory: { numTensors: number; numBytes: number };
}

export async function mainJob(options: Options, onProgress: (progress: LoadProgress) => void): Promise<Report> {
  const started = performance.now();
  const model = await LanguageModel.load(options.model, {
    backend: options.backend,
    onProgress,
    ...(options.revision ? { revision: options.revision } : {}),
  });
  const loadMilliseconds = performance.now() - started;
  const { transformer, lm_head, tokenizer, device } = model;
  const middle = Math.floor(transformer.h.length / 2);
  const block = transformer.h[middle]!;
  const { prompt } = options;

  /** The five most likely next tokens: ten numbers leave the GPU, not the whole vocabulary. */
  const nextTokens = () => {
    const { values, indices } = lm_head.output.at(0, -1).softmax().topk(5);
    return { probabilities: values.save(), ids: indices.save() };
  };
  const trace = async (
    name: string,
    edit: string,
    body: () => Record<string, Value>,
  ): Promise<Run & { tensors: Record<string, Tensor> }> => {
    const start = performance.now();
    const tensors: Record<string, Tensor> = await model.trace(prompt, () => ({ ...body(), ...nextTokens() }));
    const milliseconds = performance.now() - start;
    const saved = Object.fromEntries(Object.entries(tensors).map(([key, tensor]) => [key, [...tensor.shape]]));
    return { name, edit, top: predictions(tensors), saved, milliseconds, tensors };
  };
  const predictions = ({ ids, probabilities }: Record<string, Tensor>): Prediction[] =>
    Array.from(ids!.data, (id, i) => ({ token: tokenizer.decode([id]), id, probability: probabilities!.data[i]! }));

  const clean = await trace("as it is", "", () => ({
    hidden: block.output.save(),
    pattern: block.attn.source.pattern.save(),
  }));

  const zeroed = await trace(
    `h[${middle}].output zeroed at the last position`,
    `model.transformer.h[${middle}].output.at(":, -1").set(0)`,
    () => {
      block.output.at(":, -1").set(0);
      return { hidden: block.output.save() };
    },
  );

  // A vector of the reader's own: plain numbers, made here from two saved activations.
  const other = await model.trace(options.towards, () => ({ hidden: block.output.at(0, -1).save() }));
  const here = clean.tensors["hidden"]!.at(0, -1).data;
  const vector = Float32Array.from(other.hidden.data, (x, i) => 2 * (x - here[i]!));
  const steered = await trace(
    `2 × (h[${middle}] of ${JSON.stringify(options.towards)} − its own) added`,
    `model.transformer.h[${middle}].output.at(":, -1").add_(vector)`,
    () => {
      block.output.at(":, -1").add_(vector);
      return { hidden: block.output.save() };
    },
  );

  const { numTensors, numBytes } = await model.memory();
  await model.dispose();
  return {
    model: options.model,
    backend: device.backend,
    adapter: device.adapter,
    software: device.software,
    ...(device.notice ? { notice: device.notice } : {}),
    prompt,
    tokens: tokenizer.toStrTokens(prompt),
    loadMilliseconds,
    runs: [clean, zeroed, steered].map(({ tensors: _, ...run }) => run),
    memory: { numTensors, numBytes },
  };
}
