import type { GPT2LanguageModel, Prompt, Resolved, Tracer } from "insitu";
import type { DependencyList } from "react";
import { type Run, type RunHookOptions, useRun } from "./useRun.ts";

/** What is recorded of a component's trace. Modules are those of the `model` it is given. */
export type TraceBody<T> = (model: GPT2LanguageModel, tracer: Tracer) => T;

/**
 * Traces `prompt` with `body` on the provider's model, again whenever the prompt or one of `deps` changes: whatever
 * else the body uses. What comes is what `model.trace` gives.
 *
 *     const { result } = useTrace("Hello", ({ lm_head }) => lm_head.output.save(), []);
 */
export function useTrace<T>(
  prompt: Prompt,
  body: TraceBody<T>,
  deps: DependencyList,
  options?: RunHookOptions,
): Run<Resolved<T>> {
  return useRun((model) => model.trace(prompt, (tracer) => body(model, tracer)), [textOf(prompt), ...deps], options);
}

/** Prompts are compared by what they say: lists written in place are new ones with every render. */
export const textOf = (prompt: Prompt): string => JSON.stringify(prompt);
