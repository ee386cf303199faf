import type { Prompt, Resolved } from "insitu";
import type { DependencyList } from "react";
import { type Run, type RunHookOptions, useRun } from "./useRun.ts";
import { type TraceBody, textOf } from "./useTrace.ts";

/**
 * Traces `prompt` once with each of `bodies`, all in one request (`model.traceAll`), again whenever the prompt or one of
 * `deps` changes; `progress` tells how many are done. For a function of `@insitu/analysis` use `useRun`.
 */
export function useSweep<T>(
  prompt: Prompt,
  bodies: readonly TraceBody<T>[],
  deps: DependencyList,
  options?: RunHookOptions,
): Run<Resolved<T>[]> {
  return useRun(
    (model, { signal, onProgress }) =>
      model.traceAll(
        prompt,
        bodies.map((body) => (tracer) => body(model, tracer)),
        { signal, onProgress },
      ),
    [textOf(prompt), bodies.length, ...deps],
    options,
  );
}
