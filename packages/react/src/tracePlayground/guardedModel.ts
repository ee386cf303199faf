/** The page's model, as code of an editor gets it: a run that was stopped asks nothing more of it. */
import {
  ArgumentError,
  CancelledError,
  callSite,
  type GenerateOptions,
  type GPT2LanguageModel,
  type TraceAllOptions,
} from "insitu";

type Method = (...args: unknown[]) => unknown;

/** What asks something of the worker. */
const ASKS = new Set(["trace", "traceAll", "generate", "run", "session"]);

/** @throws CancelledError by whatever asks the worker once `signal` is aborted; ArgumentError by `dispose` */
export function guardedModel(model: GPT2LanguageModel, signal: AbortSignal): GPT2LanguageModel {
  return new Proxy(model, {
    get(target, key) {
      const member = Reflect.get(target, key) as unknown;
      if (key === "dispose") return refuse;
      if (key === "edit")
        return (...args: unknown[]) => guardedModel((member as Method)(...args) as GPT2LanguageModel, signal);
      if (typeof key !== "string" || !ASKS.has(key)) return member;
      return async (...args: unknown[]) => {
        if (signal.aborted) throw new CancelledError("The run was stopped.", "Run the code again.").at(callSite());
        if (key === "traceAll") stoppable(args, signal);
        if (key === "generate") endable(args, signal);
        return (member as Method)(...args);
      };
    },
  });
}

/** The last argument of `traceAll`, its options, with the signal, unless the code gave one of its own. */
function stoppable(args: unknown[], signal: AbortSignal): void {
  const at = Array.isArray(args[1]) ? 2 : 1;
  args[at] = { signal, ...(args[at] as TraceAllOptions | undefined) };
}

/** The options of `generate`: it ends after the token at which the run is stopped. */
function endable(args: unknown[], signal: AbortSignal): void {
  const at = args.findIndex((arg) => typeof arg === "object" && arg !== null && "maxNewTokens" in arg);
  const options = args[at] as GenerateOptions | undefined;
  if (!options) return;
  const { onTokens } = options;
  args[at] = {
    ...options,
    onTokens: (step) => (signal.aborted ? "stop" : onTokens?.(step)),
  } satisfies GenerateOptions;
}

function refuse(): never {
  throw new ArgumentError("The model is the page's.", "It is freed with the page's last component.").at(callSite());
}
