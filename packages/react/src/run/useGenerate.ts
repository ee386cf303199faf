import type { GenerateOptions, Prompt } from "insitu";
import { type DependencyList, useCallback, useRef } from "react";
import { type Run, type RunHookOptions, useRun } from "./useRun.ts";
import { type TraceBody, textOf } from "./useTrace.ts";

/** What a generation gives, once it is done or stopped. */
export interface Generated {
  /** The new tokens alone: ids, the text of each, and the text of all. */
  ids: number[];
  tokens: string[];
  text: string;
}

export interface Generating extends Run<Generated> {
  /** What there is by now, a token longer with each step. */
  readonly streamed: Generated;
  /** Ends it after the next token; what there is becomes the result. */
  readonly stop: () => void;
}

export interface GenerateHookOptions extends RunHookOptions {
  /** Edits as in `model.generate`'s body: `(model, tracer) => tracer.all(() => …)`. */
  body?: TraceBody<unknown> | undefined;
  /** Whatever else the body uses. */
  deps?: DependencyList;
}

const NOTHING: Generated = { ids: [], tokens: [], text: "" };

/**
 * Generates from one prompt on the provider's model, token by token, again whenever the prompt, the options or `deps`
 * change. A generation that is superseded ends after its next token, and nothing of it is shown.
 */
export function useGenerate(
  prompt: string | readonly number[],
  options: Omit<GenerateOptions, "onTokens">,
  { body, deps = [], enabled }: GenerateHookOptions = {},
): Generating {
  const stopped = useRef(false);
  const run = useRun<Generated>(
    async (model, { signal, onPartial }) => {
      const { tokenizer } = model;
      const ids: number[] = [];
      const soFar = (): Generated => ({
        ids: [...ids],
        tokens: tokenizer.toStrTokens(ids),
        text: tokenizer.decode(ids),
      });
      stopped.current = false;
      const settings: GenerateOptions = {
        ...options,
        onTokens: ({ ids: [id] }) => {
          ids.push(id as number);
          onPartial(soFar());
          return (signal.aborted || stopped.current) && "stop";
        },
      };
      if (body) await model.generate(prompt as Prompt, settings, (tracer) => void body(model, tracer));
      else await model.generate(prompt as Prompt, settings);
      return soFar();
    },
    [textOf(prompt as Prompt), JSON.stringify(options), ...deps],
    { enabled },
  );
  const stop = useCallback(() => {
    stopped.current = true;
  }, []);
  return { ...run, streamed: run.result ?? run.partial ?? NOTHING, stop };
}
