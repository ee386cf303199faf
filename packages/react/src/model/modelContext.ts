import { createContext } from "react";
import type { ModelStore } from "./givenModel.ts";

export interface ModelContextValue {
  store: ModelStore;
  /** Whether a component that comes into view begins the load. */
  loadsWhenVisible: boolean;
}

export const ModelContext = createContext<ModelContextValue | undefined>(undefined);
