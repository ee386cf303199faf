/** The page of test/gpt2.e2e.ts: loads GPT-2 from a hub, and compares it with torch. */
import { env, type GPT2LanguageModel, type InsituError, LanguageModel, type LoadProgress } from "insitu";
import golden from "../goldens/gpt2.json";
import { compareGoldens, type Golden, worstOf } from "./compareGoldens.ts";

export interface Loaded {
  adapter: string;
  notice: string | undefined;
  seconds: number;
  /** Of each phase that was told, the last event. */
  phases: Record<string, LoadProgress>;
  error?: { name: string; message: string; details: Record<string, unknown> };
}

const page = {
  model: undefined as GPT2LanguageModel | undefined,

  async load(hub: string, id: string): Promise<Loaded> {
    env.remoteHost = hub;
    const phases: Record<string, LoadProgress> = {};
    const begun = performance.now();
    const seconds = () => (performance.now() - begun) / 1000;
    const onProgress = (progress: LoadProgress) => {
      phases[progress.phase] = progress;
    };
    try {
      page.model = await LanguageModel.load(id, { backend: "webgpu", onProgress });
      const { adapter, notice } = page.model.device;
      return { adapter, notice, seconds: seconds(), phases };
    } catch (error) {
      const { name, message, details } = error as InsituError;
      return { adapter: "", notice: undefined, seconds: seconds(), phases, error: { name, message, details } };
    }
  },

  /** With torch, as compareGoldens does; logits relative to the largest. */
  async compare() {
    const model = page.model as GPT2LanguageModel;
    const expected = golden as unknown as Golden;
    const before = await model.memory();
    const { parameters, sites, logits, failures } = await compareGoldens(model, expected);
    const after = await model.memory();
    return {
      parameters: Object.keys(parameters).length,
      sites: Object.keys(sites).length,
      parameter: worstOf(parameters),
      site: worstOf(sites),
      logits,
      failures,
      tensors: [before.numTensors, after.numTensors],
    };
  },

  /** A text's ids, and the text of them. */
  tokens(text: string) {
    const { tokenizer } = page.model as GPT2LanguageModel;
    const ids = tokenizer.encode(text);
    return { ids, text: tokenizer.decode(ids) };
  },

  cached: () => LanguageModel.cache.list(),
};

export type TestPage = typeof page;

Object.assign(window, { page });
document.body.dataset["ready"] = "";
