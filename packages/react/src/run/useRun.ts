/** Anything that is asked of a model, as a hook: what is superseded is cancelled, and nothing stale is shown. */
import "../library.ts";
import { type GPT2LanguageModel, type RunProgress, WorkerError } from "insitu";
import { type DependencyList, useEffect, useRef, useState } from "react";
import { useModelWhen, useProvider } from "../model/useModel.ts";
import { turn } from "./turn.ts";

/** What a run may tell, and by what it is ended. */
export interface RunControls<P = unknown> {
  signal: AbortSignal;
  onProgress: (progress: RunProgress) => void;
  /** Shows what there is by now. */
  onPartial: (partial: P) => void;
}

export interface RunHookOptions {
  /** While false nothing is begun; components pass whether they are in view. True unless given. */
  enabled?: boolean | undefined;
}

/** How far a run is. */
export interface Run<T, P = T> {
  /** `waiting`: for the model, or to be enabled. */
  readonly status: "waiting" | "running" | "done" | "error";
  /** Of what is asked for now, and never of what was asked before. */
  readonly result: T | undefined;
  /** What there is by now of what is asked for, where the run tells that: the tokens of a generation so far. */
  readonly partial: P | undefined;
  /** The newest result there is: while the next one is made, that of what was asked before. */
  readonly latest: T | undefined;
  /** What went wrong with what is asked for now, the model's own failure to load included. */
  readonly error: Error | undefined;
  /** Programs done, of how many; undefined before the first are. */
  readonly progress: RunProgress | undefined;
}

interface State<T, P> {
  asked?: object;
  status: "running" | "done" | "error";
  result?: T | undefined;
  partial?: P | undefined;
  latest?: T | undefined;
  error?: Error | undefined;
  progress?: RunProgress | undefined;
}

/**
 * Runs `work` on the provider's model whenever one of `deps` changes, as an effect does. A newer run aborts the older
 * one's signal and waits until the worker is free of it, so runs do not pile up.
 */
export function useRun<T, P = T>(
  work: (model: GPT2LanguageModel, controls: RunControls<P>) => Promise<T> | T,
  deps: DependencyList,
  { enabled = true }: RunHookOptions = {},
): Run<T, P> {
  const { store } = useProvider("A hook of insitu");
  const { model, error: loadError } = useModelWhen(enabled);
  const asked = useAsked([model, ...deps]);
  const [state, setState] = useState<State<T, P>>({ status: "running" });
  const started = useRef<{ asked: object; controller: AbortController } | undefined>(undefined);
  const queue = useRef<Promise<void>>(Promise.resolve());
  const newest = useRef(work);
  newest.current = work;

  // biome-ignore lint/correctness/useExhaustiveDependencies: `asked` is another object whenever the model is
  useEffect(() => {
    if (!enabled || !model || started.current?.asked === asked) return;
    const controller = new AbortController();
    const { signal } = controller;
    started.current = { asked, controller };
    const set = (change: Partial<State<T, P>>) => {
      if (signal.aborted) return;
      setState((last) => {
        const { partial, progress } = last.asked === asked ? last : {};
        return { status: "running", latest: last.latest, partial, progress, ...change, asked };
      });
    };
    // Later in any case: what strict mode mounts and takes out at once asks for nothing.
    queue.current = queue.current.then(async () => {
      if (signal.aborted) return;
      set({});
      await turn();
      if (signal.aborted) return;
      try {
        const onProgress = (progress: RunProgress) => set({ progress });
        const onPartial = (partial: P) => set({ partial });
        const result = await newest.current(model, { signal, onProgress, onPartial });
        set({ status: "done", result, latest: result });
      } catch (thrown) {
        const error = thrown instanceof Error ? thrown : new Error(String(thrown));
        set({ status: "error", error });
        if (error instanceof WorkerError) store.fail(model, error);
      }
    });
  }, [asked, enabled]);

  useEffect(
    () => () => {
      if (started.current?.asked !== asked) return;
      started.current.controller.abort();
      started.current = undefined;
    },
    [asked],
  );

  const { latest } = state;
  const none = { result: undefined, partial: undefined, progress: undefined };
  if (state.asked !== asked) {
    const status = loadError ? "error" : model && enabled ? "running" : "waiting";
    return { ...none, status, latest, error: loadError };
  }
  const { status, result, partial, error, progress } = state;
  return { status, result, partial, latest, error, progress };
}

/** An object that is another one whenever one of `deps` is. */
function useAsked(deps: DependencyList): object {
  const [asked, setAsked] = useState({ deps });
  if (asked.deps.length === deps.length && deps.every((dep, i) => Object.is(dep, asked.deps[i]))) return asked;
  const next = { deps };
  setAsked(next);
  return next;
}
