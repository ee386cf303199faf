/** `<InsituProvider>`: the model that the components within it look into. */
import { type Backend, type GPT2LanguageModel, LanguageModel, type LoadOptions, type Source } from "insitu";
import { type ReactNode, useEffect, useMemo } from "react";
import { HoverGroup } from "../shared/linkedHover.tsx";
import { givenModel } from "./givenModel.ts";
import { ModelContext } from "./modelContext.ts";
import { keyOf, pooledModel } from "./modelPool.ts";

export interface InsituProviderProps {
  /**
   * A hub id ("openai-community/gpt2"), a folder's address ("/weights/tiny"), files; or a model that you loaded, which
   * stays yours: it is not disposed.
   */
  model: Source | GPT2LanguageModel;
  /** `auto` unless given, as in `LanguageModel.load`. */
  backend?: Backend;
  /** What else `LanguageModel.load` takes. Compared by value: it may be written in place. */
  options?: Omit<LoadOptions, "backend" | "onProgress" | "signal" | "engine">;
  /**
   * When to load: with `"visible"` (the default) once a component that needs it comes into view, with `"now"` at once,
   * with `"asked"` when `useModel().load()` is called (a button, for models that weigh much).
   */
  load?: "visible" | "now" | "asked";
  children?: ReactNode;
}

/**
 * Gives the components and hooks within it one model. All providers of a page that ask for the same model share it, and
 * its worker; it is freed when the last of them goes. Renders nothing of its own.
 */
export function InsituProvider(props: InsituProviderProps): ReactNode {
  const { model, backend, options, load = "visible", children } = props;
  const loaded = model instanceof LanguageModel;
  const key = loaded ? undefined : keyOf({ source: model, backend, options });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says all that the request does
  const store = useMemo(
    () => (loaded ? givenModel(model) : pooledModel({ source: model as Source, backend, options })),
    [loaded ? model : key],
  );
  useEffect(() => {
    const release = store.hold();
    if (load === "now") store.load();
    return release;
  }, [store, load]);
  const source = typeof model === "string" ? model : undefined;
  const value = useMemo(() => ({ store, source, loadsWhenVisible: load !== "asked" }), [store, source, load]);
  return (
    <ModelContext.Provider value={value}>
      <HoverGroup>{children}</HoverGroup>
    </ModelContext.Provider>
  );
}
