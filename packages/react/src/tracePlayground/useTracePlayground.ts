/** `<TracePlayground>` without its looks: code, what it gave, and how far it is. */
import { useCallback, useEffect, useRef, useState } from "react";
import { useModelWhen } from "../model/useModel.ts";
import { type RunHookOptions, useRun } from "../run/useRun.ts";
import { CodeConsole, type LogLine } from "./codeConsole.ts";
import { codeLine } from "./codeLine.ts";

export interface TracePlaygroundHookOptions extends RunHookOptions {
  /** What `run` runs. */
  code: string;
  /** Runs it once without being asked, as soon as it is enabled. */
  autoRun?: boolean | undefined;
  /** Told of what the code gave. */
  onResult?: ((value: unknown) => void) | undefined;
  /** Told of what it threw, and of a model that cannot be loaded. */
  onError?: ((error: Error) => void) | undefined;
  /** Told when a run is stopped. */
  onStop?: (() => void) | undefined;
}

export interface TracePlaygroundState {
  /** Runs the code as it is now; ends a run before it. */
  readonly run: () => void;
  /** Ends the run. What the worker is at goes on until its current request ends; nothing of it is shown. */
  readonly stop: () => void;
  /** `waiting`: for the model. */
  readonly status: "idle" | "waiting" | "running" | "done" | "stopped" | "error";
  /** What the code gave, once that is done; undefined too where it gave nothing. */
  readonly result: unknown;
  /** What the run before gave, while the next one is made. */
  readonly latest: { readonly value: unknown } | undefined;
  readonly logs: readonly LogLine[];
  /** How many more lines were logged than are kept. */
  readonly moreLogs: number;
  readonly error: Error | undefined;
  /** The line of the code that the error is about, counted from 1. */
  readonly errorLine: number | undefined;
  /** Milliseconds that it took. */
  readonly elapsed: number | undefined;
  /** Whether the code is no longer what was run. */
  readonly edited: boolean;
}

interface Logs {
  logs: readonly LogLine[];
  more: number;
}

interface Outcome extends Logs {
  value: unknown;
  elapsed: number;
}

const NO_LOGS: Logs = { logs: [], more: 0 };

export function useTracePlayground(options: TracePlaygroundHookOptions): TracePlaygroundState {
  const { code, autoRun = false, enabled = true } = options;
  const { load, status: loaded, error: loadError } = useModelWhen(false);
  const [asked, setAsked] = useState<{ code: string } | undefined>(undefined);
  const [stopped, setStopped] = useState(false);
  const told = useRef(options);
  told.current = options;

  const lastError = useRef<Error | undefined>(undefined);
  const tell = (error: Error) => {
    // A worker that dies in a run is a model that is lost: one error.
    if (lastError.current === error) return;
    lastError.current = error;
    told.current.onError?.(error);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: each error once
  useEffect(() => {
    if (loadError) tell(loadError);
  }, [loadError]);

  const run = useRun<Outcome, Logs>(
    async (model, { signal, onPartial }) => {
      const console = new CodeConsole((logs, more) => onPartial({ logs, more }));
      const started = performance.now();
      try {
        const { runCode } = await import("./runCode.ts");
        const running = runCode(asked?.code ?? "", { model, signal, console: console.scope });
        const value = await unlessAborted(running, signal);
        const elapsed = performance.now() - started;
        console.close();
        if (!signal.aborted) told.current.onResult?.(value);
        return { value, elapsed, logs: [...console.lines], more: console.more };
      } catch (thrown) {
        console.flush();
        console.close();
        const error = thrown instanceof Error ? thrown : new Error(`The code threw ${String(thrown)}.`);
        if (!signal.aborted) tell(error);
        throw error;
      }
    },
    [asked],
    { enabled: asked !== undefined },
  );

  const begin = useCallback(() => {
    setStopped(false);
    setAsked({ code: told.current.code });
    // Whoever runs code asks for the model too.
    load();
  }, [load]);
  const stop = useCallback(() => {
    setAsked(undefined);
    setStopped(true);
    told.current.onStop?.();
  }, []);
  const first = useRef(true);
  useEffect(() => {
    if (!autoRun || !enabled || !first.current) return;
    first.current = false;
    setAsked((now) => now ?? { code: told.current.code });
  }, [autoRun, enabled]);

  const status = asked
    ? run.status === "waiting" || loaded === "loading"
      ? "waiting"
      : run.status
    : stopped
      ? "stopped"
      : "idle";
  const busy = status === "waiting" || status === "running";
  const error = asked ? run.error : undefined;
  const { logs, more } = (asked && (run.result ?? run.partial)) ?? NO_LOGS;
  return {
    run: begin,
    stop,
    status,
    result: asked && run.result?.value,
    latest: busy ? run.latest : undefined,
    logs,
    moreLogs: more,
    error,
    errorLine: error && codeLine(error),
    elapsed: asked && run.result?.elapsed,
    edited: asked !== undefined && asked.code !== code,
  };
}

/** Code may wait for what never comes; whoever stops it does not. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new DOMException("stopped", "AbortError"));
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
