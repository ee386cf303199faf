export {
  ArgumentError,
  AsyncBodyError,
  type Backend,
  BackendError,
  BarrierError,
  type CachedModel,
  CancelledError,
  CheckpointError,
  type DeviceInfo,
  DisposedError,
  type DType,
  type EngineMemory,
  type EngineProtocol,
  type Generation,
  GradientError,
  InsituError,
  type LayersArtifacts,
  type LoadedModel,
  type LoadProgress,
  type NewTokens,
  NotSavedError,
  type OnTokens,
  OrderError,
  OutsideTraceError,
  ProgramError,
  PromptError,
  type RunAllResult,
  RunError,
  type RunProgress,
  type RunResult,
  ShapeMismatchError,
  SliceError,
  type TraceProgram,
  UnknownModuleError,
  ValueUseError,
  type WireError,
  WorkerError,
} from "@insitu/program";
export { ActivationCache, type CacheEntry, type CacheOptions } from "./cache.ts";
export { asLibrary, atLine, callSite } from "./callSite.ts";
export { type Env, env } from "./env.ts";
export {
  concat,
  einsum,
  eye,
  fill,
  linspace,
  matMul,
  ones,
  onesLike,
  randomNormal,
  randomUniform,
  range,
  scalar,
  split,
  stack,
  tensor,
  unstack,
  where,
  zeros,
  zerosLike,
} from "./functions.ts";
export type * from "./gpt2Model.ts";
export type { Held } from "./held.ts";
export { type GenerateOptions, type GPT2LanguageModel, LanguageModel, type LoadOptions } from "./languageModel.ts";
export { type LayerHandle, type LayersInput, LayersModel, type TracedLayersModel } from "./layersModel.ts";
export type { Source } from "./modelSource.ts";
export type { ConstantLike } from "./operand.ts";
export type { Prompt } from "./prompts.ts";
export type { Described, Resolved, Scanned } from "./results.ts";
export { Tensor } from "./tensor.ts";
export type { PaddingSide, TokenBatch, TokenIds, Tokenizer } from "./tokenizer.ts";
export type { TraceAllOptions } from "./traceAll.ts";
export type { Tracer } from "./tracer.ts";
export { type Index, type Operand, Value } from "./value.ts";
