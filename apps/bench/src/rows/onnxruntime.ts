/** Against onnxruntime-web on the same checkpoint and the same adapter: forward passes and generations. */
import { type GPT2LanguageModel, LanguageModel } from "insitu";
import { differentIds, disagreement } from "../agreement.ts";
import { type Bench, promptOf, vocabularyOf } from "../bench.ts";
import type { Figure } from "../figure.ts";
import { counts, since } from "../gpuCounters.ts";
import { OnnxGpt2, type Provider } from "../onnx/session.ts";
import { atLeast, type Bar, measured, type Row } from "../row.ts";
import { alternate, ratio, spread } from "../samples.ts";

const PROMPT = 16;
const NEW_TOKENS = 16;

const BROWSER_ONLY = "onnxruntime-web is built for browsers: its package for Node has no webgpu";

export const onnxWebgpuForward = figure("webgpu", "forward", forward);
export const onnxWebgpuDecode = figure("webgpu", "decode", decode);
export const onnxWasmForward = figure("wasm", "forward", forward);
export const onnxWasmDecode = figure("wasm", "decode", decode);

type Measure = (
  title: string,
  provider: Provider,
  model: GPT2LanguageModel,
  url: string,
  bench: Bench,
) => Promise<Row[]>;

function figure(provider: Provider, what: string, measure: Measure): Figure {
  const name = `${what}: onnxruntime-web ${provider} / ours ${provider}`;
  return {
    name,
    browserOnly: BROWSER_ONLY,
    async measure(bench) {
      if (provider === "webgpu") {
        const { model, url } = await bench.model(bench.shape);
        return measure(name, provider, model, url, bench);
      }
      await bench.release();
      const url = bench.urlOf(bench.shape);
      // In a worker of its own, as users have it: this thread's backend stays WebGPU.
      const model = await LanguageModel.load(url, { backend: "wasm" });
      try {
        return await measure(name, provider, model, url, bench);
      } finally {
        await model.dispose();
      }
    },
  };
}

/** On a software adapter twice as fast; on a GPU as fast at least. wasm is for information. */
function barOf(provider: Provider, model: GPT2LanguageModel): Bar | null {
  return provider === "wasm" ? null : atLeast(model.device.software ? 2 : 1);
}

/** All positions' logits, read back by both. */
async function forward(
  title: string,
  provider: Provider,
  model: GPT2LanguageModel,
  url: string,
  bench: Bench,
): Promise<Row[]> {
  const session = await OnnxGpt2.load(url, provider, { cached: false });
  try {
    const ids = promptOf(bench.options.tokens, { vocabulary: vocabularyOf(bench.shape) });
    const ours = async () => (await model.trace(ids, () => ({ logits: model.lm_head.output.save() }))).logits;
    const [onnxLogits, onnxDispatches] = await counted(() => session.logits(ids));
    const [ourLogits, ourDispatches] = await counted(ours);
    const wrong = disagreement("onnxruntime", onnxLogits, ourLogits.data as Float32Array);
    // A worker's are not seen here.
    const note = provider === "webgpu" ? `${onnxDispatches} dispatches against ${ourDispatches}` : "";
    const samples = await alternate({ onnx: () => session.logits(ids), ours }, bench.options.rounds);
    const at = `${bench.shape}, T = ${ids.length}`;
    return [
      measured(`${title}, ${at}`, "×", ratio(samples.onnx, samples.ours), barOf(provider, model), { wrong, note }),
      measured(`forward: onnxruntime-web ${provider}, ${at}`, "ms", spread(samples.onnx), null),
      measured(`forward: ours ${provider}, ${at}`, "ms", spread(samples.ours), null),
    ];
  } finally {
    await session.release();
  }
}

async function counted<T>(run: () => Promise<T>): Promise<[T, number]> {
  const before = counts();
  const result = await run();
  return [result, since(before).dispatches];
}

/**
 * The whole generation less its first token, which is the prompt's pass: both with a cache, both reading the
 * logits of every step, though ours needs only the id of each.
 */
async function decode(
  title: string,
  provider: Provider,
  model: GPT2LanguageModel,
  url: string,
  bench: Bench,
): Promise<Row[]> {
  const session = await OnnxGpt2.load(url, provider, { cached: true });
  try {
    const prompt = promptOf(PROMPT, { vocabulary: vocabularyOf(bench.shape) });
    const made: Record<"onnx" | "ours", number[]> = { onnx: [], ours: [] };
    const perToken: typeof made = { onnx: [], ours: [] };
    const timed = async (name: "onnx" | "ours", generate: (onToken: (id: number) => void) => Promise<unknown>) => {
      let first = 0;
      const ids: number[] = [];
      await generate((id) => {
        if (ids.push(id) === 1) first = performance.now();
      });
      perToken[name].push((performance.now() - first) / (ids.length - 1));
      made[name] = ids;
    };
    const onnx = () => timed("onnx", (onToken) => session.generate(prompt, NEW_TOKENS, onToken));
    const ours = () =>
      timed("ours", (onToken) =>
        model.generate(
          prompt,
          { maxNewTokens: NEW_TOKENS, onTokens: ({ ids }) => onToken(ids[0] as number) },
          (tracer) => {
            const logits: unknown[] = [];
            tracer.all(() => {
              logits.push(model.lm_head.output.save());
            });
            return { logits };
          },
        ),
      );
    await alternate({ onnx, ours }, bench.options.rounds);
    for (const name of ["onnx", "ours"] as const) perToken[name].shift();
    const wrong = differentIds("onnxruntime", made.onnx, made.ours);
    const at = `${bench.shape}, ${NEW_TOKENS} tokens after ${PROMPT}`;
    return [
      measured(`${title}, ${at}`, "×", ratio(perToken.onnx, perToken.ours), barOf(provider, model), { wrong }),
      measured(`decode: onnxruntime-web ${provider}, ${at}`, "ms a token", spread(perToken.onnx), null),
      measured(`decode: ours ${provider}, ${at}`, "ms a token", spread(perToken.ours), null),
    ];
  } finally {
    await session.release();
  }
}
