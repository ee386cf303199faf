/** What the two threads say to each other besides programs. */

import type { TensorData } from "./constants.ts";
import type { DType } from "./dtype.ts";
import type { WireError } from "./errors.ts";
import type { ModelSpec } from "./modelSpec.ts";
import type { TraceProgram } from "./program.ts";

/** `auto` takes a hardware WebGPU adapter, else wasm with a notice. */
export type Backend = "auto" | "webgpu" | "wasm" | "cpu";

export type LoadRequest = {
  backend: Backend;
  settings: ModelSettings;
} & (
  | { kind: "gpt2"; source: ModelSource; files: FileSettings }
  /** The absolute URL of a tf.LayersModel's model.json, or the model itself. */
  | { kind: "layers"; base: string }
  | { kind: "layers"; artifacts: LayersArtifacts }
);

/** A tf.LayersModel as data: of what tfjs's `model.save` hands over (`tf.io.ModelArtifacts`), what a run needs. */
export interface LayersArtifacts {
  /** What a model.json has under this name. */
  readonly modelTopology?: unknown;
  readonly weightSpecs?: readonly unknown[] | undefined;
  /** The weights' bytes, in the order of `weightSpecs`; in pieces or not. */
  readonly weightData?: ArrayBuffer | ArrayBuffer[] | undefined;
}

/** Where a checkpoint's files are. */
export type ModelSource =
  | { kind: "hub"; id: string; revision: string }
  /** Absolute URL with its slash. */
  | { kind: "folder"; url: string }
  /** The reader's own: a list of `File`s, or a `FileSystemDirectoryHandle`. */
  | { kind: "local"; files: unknown };

/** How files are fetched and kept. */
export interface FileSettings {
  /** Absolute URL with its slash. */
  remoteHost: string;
  /** With `{model}` and `{revision}`; what follows it is the file. */
  remotePathTemplate: string;
  /** Whether hub ids may be fetched from `remoteHost`. */
  allowRemoteModels: boolean;
  /** Where hub ids are looked for first, absolute, with its slash; nowhere unless given. */
  localModels?: string;
  /** Whether files are kept in the browser's storage. */
  useBrowserCache: boolean;
  /** Milliseconds without a byte after which a connection counts as broken. */
  timeout: number;
  /** For gated repositories; sent to `remoteHost` alone. */
  token?: string;
}

/** A fetch of the main thread's own, as the worker sees it. */
export type RemoteFetch = (url: string, init: FetchInit) => Promise<FetchAnswer>;

/** What insitu asks of a fetch. */
export interface FetchInit {
  method?: string;
  headers: Record<string, string>;
  body?: string;
  cache?: "no-store";
}

/** A `Response` that can be sent to another thread; `body` is a ReadableStream of bytes. */
export interface FetchAnswer {
  status: number;
  statusText: string;
  headers: [string, string][];
  body: unknown;
}

/** What a reader may decide of a model beside its checkpoint. */
export interface ModelSettings {
  /** The token that pads shorter prompts; config.json's `pad_token_id`, else `eos_token_id`, unless given. */
  padTokenId?: number;
  /**
   * What attention gives on a query that is all padding: the mean of all values ("eager", the default),
   * or zero ("sdpa"), as Hugging Face's two implementations do. Everywhere else both are the same.
   */
  attnImplementation?: "eager" | "sdpa";
  /**
   * How the shaders of webgpu are written: "tiled" shares memory within workgroups, as GPUs want;
   * "direct" never waits, which software adapters run several times faster. By the adapter unless given.
   */
  kernels?: "tiled" | "direct";
  /**
   * How weights are stored on webgpu: "float16" halves the memory; shaders unpack them, and compute in
   * float32 as ever. "float32" unless given, and wherever else the model runs.
   */
  weights?: "float32" | "float16";
}

/** What is known of the machine the model runs on. */
export interface DeviceInfo {
  backend: Exclude<Backend, "auto">;
  /** Such as `google swiftshader`; the backend's own name off the GPU. */
  adapter: string;
  /** A WebGPU adapter that runs on the CPU. */
  software: boolean;
  /** How the weights are stored. */
  weights: "float32" | "float16";
  /** How the shaders are written; on webgpu only. */
  kernels?: "tiled" | "direct";
  /** What is not as it might be: why `auto` did not take WebGPU, weights are not as asked, files are not kept. */
  notice?: string;
}

/** How far a load has got. `loadedBytes` and `totalBytes` are the file's where there is one, else everything's. */
export interface LoadProgress {
  /**
   * - `backend`: it starts
   * - `config`, `tokenizer`: the small files
   * - `download`: weights arrive, are checked, and go on to the device
   * - `verify`: weights that were kept are read, checked, and go on to the device
   * - `upload`: the device takes the last of them
   * - `compile`: shaders are compiled, which began while weights arrived
   * - `ready`: the model runs
   */
  phase: "backend" | "config" | "tokenizer" | "download" | "verify" | "upload" | "compile" | "ready";
  file?: string;
  loadedBytes: number;
  /** 0 where the server does not say. */
  totalBytes: number;
  /** All files so far, and what is known to come. */
  all: { loadedBytes: number; totalBytes: number };
  /** From the network, over the last seconds; 0 where nothing arrives. */
  bytesPerSecond: number;
}

export interface LoadedModel {
  spec: ModelSpec;
  device: DeviceInfo;
  /** A checkpoint's tokenizer, or why there is none: it still runs on token ids. */
  tokenizer?: TokenizerFiles | WireError;
}

/** The parsed tokenizer.json, and tokenizer_config.json or `{}`. */
export interface TokenizerFiles {
  json: object;
  config: object;
}

/** A model of which files are kept in the browser's storage. */
export interface CachedModel {
  /** The hub id, or the folder's URL. */
  model: string;
  /** Of a hub id. */
  revision?: string;
  /** Bytes kept. */
  bytes: number;
  /** Whether everything that was begun has arrived. */
  complete: boolean;
  files: CachedFileInfo[];
}

export interface CachedFileInfo {
  name: string;
  /** Bytes kept. */
  bytes: number;
  /** Of the whole file, where that is known. */
  size?: number;
  complete: boolean;
}

/** Of the models kept: all, those of one name, or one revision of it. */
export interface CacheQuery {
  model?: string;
  revision?: string;
}

export interface SavedData {
  shape: number[];
  dtype: DType;
  data: TensorData;
}

/** Figures of one run. */
export interface RunStats {
  /** From the program's arrival to the last buffer read, milliseconds. */
  milliseconds: number;
  /** Bytes that left the worker. */
  bytesRead: number;
}

/** New tokens, as a generation makes them: one a row. */
export interface NewTokens {
  step: number;
  ids: number[];
}

/**
 * Told of each step's tokens. Giving `"stop"`, or a promise of it, ends the generation with them, as `eosTokenId` does;
 * whatever else it gives means nothing.
 */
export type OnTokens = (tokens: NewTokens) => unknown;

export interface RunResult {
  /** In the order of the program's saves; null for what a generation that ended early never reached. */
  saved: (SavedData | null)[];
  /** How many steps a generation made. */
  steps: number;
  stats: RunStats;
}

/** How a list of programs is to be run. */
export interface RunAllRequest {
  /** A name of the caller's own, for `cancel`. */
  id: string;
  /** How many bytes the widest value of a pass, and what the pass saves, may take; 256 MiB unless given. */
  chunkBytes?: number;
}

/** How far a list of programs has got. */
export interface RunProgress {
  /** Programs that have run. */
  done: number;
  total: number;
}

export interface RunAllResult {
  /** For each program, in order, what `RunResult.saved` is. */
  saved: (SavedData | null)[][];
  stats: RunAllStats;
}

/** Figures of a list of programs. */
export interface RunAllStats extends RunStats {
  /** Forward passes that served several programs, or might have. */
  passes: number;
  /** Programs that ran alone: generations, gradients, models without places to join. */
  alone: number;
}

export interface EngineMemory {
  numTensors: number;
  numBytes: number;
  /** Bytes of the GPU buffers in use; 0 off the GPU. */
  numBytesInGPU: number;
  /** The same with those that lie ready for the next run: what the page takes of the GPU. */
  numBytesAllocatedInGPU: number;
}

/** Errors travel as data: a class does not survive a structured clone. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; error: WireError };

/** The engine as the main thread sees it. One worker holds one model. */
export interface EngineProtocol {
  load(
    request: LoadRequest,
    onProgress?: (progress: LoadProgress) => void,
    fetch?: RemoteFetch,
  ): Promise<Outcome<LoadedModel>>;
  run(program: TraceProgram, onTokens?: OnTokens): Promise<Outcome<RunResult>>;
  /** Runs many programs in as few passes as may be. Nothing runs unless all are valid. */
  runAll(
    programs: readonly TraceProgram[],
    request: RunAllRequest,
    onProgress?: (progress: RunProgress) => void | Promise<void>,
  ): Promise<Outcome<RunAllResult>>;
  /** Ends a `runAll` between two passes; answered at once, before what else is waiting. */
  cancel(id: string): Promise<Outcome<undefined>>;
  /** Reads a held value. */
  readHeld(id: string): Promise<Outcome<SavedData>>;
  /** Frees the held values whose names begin so. */
  release(prefix: string): Promise<Outcome<undefined>>;
  memory(): Promise<Outcome<EngineMemory>>;
  /** What is kept of models' files. */
  listCached(query: CacheQuery): Promise<Outcome<CachedModel[]>>;
  /** Deletes it, and gives what it deleted. */
  deleteCached(query: CacheQuery): Promise<Outcome<CachedModel[]>>;
  dispose(): Promise<Outcome<undefined>>;
}
