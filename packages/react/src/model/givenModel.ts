import type { GPT2LanguageModel } from "insitu";
import { IDLE, type ModelState } from "./modelPool.ts";

/** A store of a model that the page's author loaded, and will dispose. */
export function givenModel(model: GPT2LanguageModel): ModelStore {
  let state: ModelState = { ...IDLE, status: "ready", model, device: model.device };
  const listeners = new Set<() => void>();
  return {
    getState: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    hold: () => () => {},
    load: () => {},
    fail: (_, error) => {
      state = { ...IDLE, status: "error", error };
      for (const listener of listeners) listener();
    },
  };
}

/** Where a provider's components learn of their model. */
export interface ModelStore {
  /** The same object until something changes. */
  getState(): ModelState;
  subscribe(listener: () => void): () => void;
  /** Keeps the model until what this gives is called. */
  hold(): () => void;
  load(): void;
  fail(model: GPT2LanguageModel, error: Error): void;
}
