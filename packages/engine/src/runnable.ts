/** A model as the engine runs it: GPT-2, or any tf.LayersModel. */
import type { Generation, ModelSpec, OnTokens, PromptDims, Site, TraceProgram } from "@insitu/program";
import type { Execution } from "./execution.ts";
import type { Hooks } from "./hooks.ts";
import type * as tf from "./tf.ts";

export interface Runnable {
  readonly spec: ModelSpec;
  /** Where further rows may join a pass, in the order in which they pass; undefined where none can. */
  readonly joinPoints?: readonly JoinPoint[];
  /** Puts a program's prompts on the device. */
  prepare(program: TraceProgram, dims: PromptDims): Prepared;
  parameter(path: string, name: string): tf.Tensor;
  dispose(): void;
}

/** A place that all of the model behind it is computed from, row by row: rows added there flow to the end. */
export interface JoinPoint extends Site {
  /** Further inputs of the pass that are met behind the place, and need the same rows. */
  alongside?: readonly Site[];
  /** Where the model goes on with the positions whose logits are read alone, unless somebody joins here. */
  late?: boolean;
}

/** A model with a batch to run on. */
export interface Prepared {
  /** One forward pass, its values passing the hooks. Call it in a tidy. */
  pass(hooks: Hooks): void;
  /** A module on a value, without hooks. */
  call(path: string, x: tf.Tensor): tf.Tensor;
  /** As many passes as new tokens; gives their number. */
  generate?(generation: Generation, execution: Execution, onTokens: OnTokens): Promise<number>;
  dispose(): void;
}
