/** The page's model, as a component sees it. */
import { useSyncExternalStore } from "react";
import type { ModelState, Models } from "./modelState.ts";

export const useModels = (models: Models): ModelState =>
  useSyncExternalStore(
    (listener) => models.subscribe(listener),
    () => models.getState(),
  );
