import {
  ArgumentError,
  type Backend,
  type Generation,
  type LoadProgress,
  type ModelSettings,
  type OnTokens,
  type TokenizerFiles,
  type TraceProgram,
  type WireError,
} from "@insitu/program";
import { callSite } from "./callSite.ts";
import { EngineClient, type EngineEndpoint } from "./engineClient.ts";
import { env, fileSettings } from "./env.ts";
import { drawSeed } from "./functions.ts";
import type { Gpt2Tree } from "./gpt2Model.ts";
import { modelCache } from "./modelCache.ts";
import { ModelCore } from "./modelCore.ts";
import { modelSource, type Source } from "./modelSource.ts";
import { type Prompt, toInvoke } from "./prompts.ts";
import type { Recording } from "./recordTrace.ts";
import { type Resolved, resolve } from "./results.ts";
import type { Tensor } from "./tensor.ts";
import { type Tokenizer, tokenizerFrom } from "./tokenizer.ts";
import { type Body, TracedModel, withTree } from "./tracedModel.ts";
import type { Tracer } from "./tracer.ts";
import type { Value } from "./value.ts";
import { startWorker } from "./worker.ts";

export interface LoadOptions extends ModelSettings {
  /**
   * Other names for modules: `{ attn: "self_attn", "transformer.h": "layers" }`. A name stands wherever
   * that module does; a path's stands at the model itself.
   */
  rename?: Readonly<Record<string, string>>;
  /** `auto` (default) takes a hardware WebGPU adapter, else wasm with a notice in `model.device`. */
  backend?: Backend;
  /** Of a hub id: a branch, a tag or a commit; "main" unless given. */
  revision?: string;
  /** An access token for a gated or private model; `env.token` unless given. */
  token?: string;
  /** Aborted, it ends the load; what has arrived is kept. */
  signal?: AbortSignal;
  /** Called as files arrive. */
  onProgress?: (progress: LoadProgress) => void;
  /** An engine to use instead of a new worker: a worker of your own bundling, or a port to one. */
  engine?: EngineEndpoint;
}

/** A loaded model with GPT-2's typed tree: `model.transformer.h[3].attn.source.pattern`. */
export type GPT2LanguageModel = LanguageModel & Gpt2Tree;

/** How tokens are chosen, and who is told of them. Greedy unless `doSample`. */
export interface GenerateOptions extends Generation {
  /** Called with each step's new tokens, one a row, as they are made. Giving `"stop"` ends the generation there. */
  onTokens?: OnTokens;
}

/** A language model in a worker, to be traced from here. */
export class LanguageModel extends TracedModel {
  /** The models whose files this browser keeps. */
  static readonly cache = modelCache;

  private constructor(
    core: ModelCore,
    private readonly tokenizerOf: () => Tokenizer,
    edits: readonly Body<void>[] = [],
  ) {
    super(core, edits);
  }

  /**
   * Loads a GPT-2 checkpoint (config.json, model.safetensors, tokenizer.json) into a worker.
   *
   * @param source A hub id ("openai-community/gpt2"), a folder's URL or path on this server
   *   ("/weights/tiny"), files that were picked, or a folder's handle. `env` says where ids are fetched from.
   * @throws CheckpointError for missing, damaged or wrong-shaped files; BackendError where the
   *   backend cannot start, or the model does not fit; WorkerError where the worker cannot start;
   *   ArgumentError for a name of `rename` that hides another; CancelledError once `signal` is aborted.
   */
  static async load(source: Source, options: LoadOptions = {}): Promise<GPT2LanguageModel> {
    const { backend = "auto", onProgress, engine, rename, revision, token, signal, ...settings } = options;
    const from = modelSource(source, revision);
    const files = fileSettings(token);
    const client = new EngineClient(engine ?? startWorker());
    try {
      const request = { kind: "gpt2", source: from, files, backend, settings } as const;
      const loaded = await client.load(request, { onProgress, signal }, env.fetch);
      const { tokenizer: json, spec, device } = loaded;
      let tokenizer: Tokenizer | undefined;
      const tokenizerOf = () => {
        tokenizer ??= tokenizerFrom(json as TokenizerFiles | WireError);
        return tokenizer;
      };
      const core = await ModelCore.of(
        client,
        () => new ModelCore(client, spec, device, (prompt) => toInvoke(prompt, tokenizerOf), rename),
      );
      const model = withTree(new LanguageModel(core, tokenizerOf)) as GPT2LanguageModel;
      client.page = { source, loaded, model };
      return model;
    } catch (error) {
      client.close();
      throw error;
    }
  }

  /** @throws CheckpointError where the checkpoint has none. */
  get tokenizer(): Tokenizer {
    return this.tokenizerOf();
  }

  /**
   * Generates up to `maxNewTokens` tokens, with keys and values cached; the body may read and edit any
   * step (`tracer.all`, `tracer.iter`; outside of them it means the first, the prompt's own pass).
   * Without a body, gives prompt and new tokens, int32 [rows, tokens + new].
   *
   * A generation that ends early (`eosTokenId`) keeps what was saved: arrays of values are as long as
   * the steps made. Throws as `trace` does.
   */
  generate(prompt: Prompt, options: GenerateOptions): Promise<Tensor>;
  generate<T>(prompt: Prompt, options: GenerateOptions, body: Body<T>): Promise<Resolved<T>>;
  /** The same with several prompts, each with a body of its own. */
  generate<T>(options: GenerateOptions, body: Body<T>): Promise<Resolved<T>>;
  async generate<T>(
    first: Prompt | GenerateOptions,
    second: GenerateOptions | Body<T>,
    third?: Body<T>,
  ): Promise<unknown> {
    const { recorder, result, onTokens } = this.generation(first, second, third);
    await this.runRecorded(recorder, onTokens);
    return resolve(result);
  }

  /** Records a generation without running it: the program, plain data, for `run`. Throws as `generate` does. */
  recordGenerate(prompt: Prompt, options: GenerateOptions, body?: Body<unknown>): TraceProgram;
  recordGenerate(options: GenerateOptions, body: Body<unknown>): TraceProgram;
  recordGenerate(
    first: Prompt | GenerateOptions,
    second: GenerateOptions | Body<unknown>,
    third?: Body<unknown>,
  ): TraceProgram {
    return structuredClone(this.generation(first, second, third).recorder.program());
  }

  /** The value of a TransformerLens hook, `"blocks.3.attn.hook_pattern"`, inside a trace. @throws ArgumentError */
  hook(name: string): Value {
    return this.core.hook(name);
  }

  private generation<T>(
    first: Prompt | GenerateOptions,
    second: GenerateOptions | Body<T>,
    third: Body<T> | undefined,
  ): Recording<T> & Pick<GenerateOptions, "onTokens"> {
    const several = typeof second === "function";
    const options = (several ? first : second) as GenerateOptions | undefined;
    if (!("maxNewTokens" in Object(options))) {
      throw new ArgumentError("generate was given no options.", "Pass them after the prompt: { maxNewTokens: 10 }.").at(
        callSite(),
      );
    }
    const { onTokens, ...given } = options as GenerateOptions;
    const generation = { ...given, ...(given.doSample && given.seed === undefined ? { seed: drawSeed() } : {}) };
    const body = several ? second : (third ?? (((tracer: Tracer) => tracer.result.save()) as unknown as Body<T>));
    const recording = several
      ? this.recording(body, undefined, { generation })
      : this.recording(first as Prompt, body, { generation });
    return onTokens ? { ...recording, onTokens } : recording;
  }

  protected override withEdits(edits: readonly Body<void>[]): this {
    return withTree(new LanguageModel(this.core, this.tokenizerOf, edits)) as this;
  }
}
