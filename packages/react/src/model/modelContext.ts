import { createContext } from "react";
import type { ModelStore } from "./givenModel.ts";

export interface ModelContextValue {
  store: ModelStore;
  /** Where the model is, as it was written; undefined for files, and for models loaded elsewhere. */
  source: string | undefined;
  /** Whether a component that comes into view begins the load. */
  loadsWhenVisible: boolean;
}

export const ModelContext = createContext<ModelContextValue | undefined>(undefined);
