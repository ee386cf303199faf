/** The page's model, as cells get it. */
import { ArgumentError, CancelledError, callSite, type GPT2LanguageModel } from "insitu";
import type { Prompts } from "./prompts.ts";

type Method = (...args: unknown[]) => unknown;

/** What asks something of the engine. */
const ASKS = new Set(["trace", "traceAll", "generate", "run", "session"]);

/**
 * It notes which prompts were traced, so that what comes of them is labelled, and cannot be disposed of: it is the page's.
 * Once `stopped` gives true for the run that asks, nothing more is asked.
 */
export function sandboxModel(model: GPT2LanguageModel, prompts: Prompts, stopped: () => boolean): GPT2LanguageModel {
  return new Proxy(model, {
    get(target, key) {
      const member = Reflect.get(target, key) as unknown;
      if (key === "dispose") return refuse;
      if (key === "edit")
        return (...args: unknown[]) => sandboxModel((member as Method)(...args) as GPT2LanguageModel, prompts, stopped);
      if (typeof key !== "string" || !ASKS.has(key)) return member;
      return (...args: unknown[]) => {
        if (stopped()) throw new CancelledError("The cell was interrupted.", "Run it again.").at(callSite());
        note(target, prompts, args[0]);
        return (member as Method)(...args);
      };
    },
  });
}

function note(model: GPT2LanguageModel, prompts: Prompts, prompt: unknown): void {
  try {
    if (typeof prompt === "string") prompts.note(model.tokenizer.toStrTokens(prompt));
    else if (Array.isArray(prompt)) for (const one of prompt.slice(0, 4)) note(model, prompts, one);
  } catch {
    // The trace itself says what is wrong with it.
  }
}

function refuse(): never {
  throw new ArgumentError("The model is the page's.", "The model bar frees it when another takes its place.").at(
    callSite(),
  );
}
