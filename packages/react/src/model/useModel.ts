import { ArgumentError } from "insitu";
import { useContext, useEffect, useMemo, useSyncExternalStore } from "react";
import { ModelContext, type ModelContextValue } from "./modelContext.ts";
import { IDLE, type ModelState } from "./modelPool.ts";

/** A provider's model, and how far it is. */
export interface ModelInUse extends ModelState {
  /** "webgpu: google swiftshader", or the like, once it is known. */
  readonly adapter: string | undefined;
  /** Begins to load, where that waits to be asked for; and again, after an error. */
  readonly load: () => void;
}

/**
 * The model of the `<InsituProvider>` around. Loading begins with the first component that calls this, unless the
 * provider was told otherwise. @throws ArgumentError outside of a provider.
 */
export function useModel(): ModelInUse {
  return useModelWhen(true);
}

/** The same for what needs it only once `needed`: a component in view. */
export function useModelWhen(needed: boolean): ModelInUse {
  return useModelOf(useProvider("useModel"), needed);
}

/** The same for what can do without a provider as long as the model is not `needed`. @throws ArgumentError */
export function useModelIf(needed: boolean): ModelInUse {
  const around = useContext(ModelContext);
  if (!around && needed) throw outside("A component that needs a model");
  return useModelOf(around ?? NOWHERE, needed);
}

function useModelOf({ store, loadsWhenVisible }: ModelContextValue, needed: boolean): ModelInUse {
  const state = useSyncExternalStore(store.subscribe, store.getState, () => IDLE);
  useEffect(() => {
    // After an error it is the reader who begins again.
    if (needed && loadsWhenVisible && store.getState().status === "idle") store.load();
  }, [needed, loadsWhenVisible, store]);
  return useMemo(
    () => ({ ...state, adapter: state.device && `${state.device.backend}: ${state.device.adapter}`, load: store.load }),
    [state, store],
  );
}

/** @throws ArgumentError */
export function useProvider(asking: string): ModelContextValue {
  const value = useContext(ModelContext);
  if (!value) throw outside(asking);
  return value;
}

const outside = (asking: string) =>
  new ArgumentError(
    `${asking} was used outside of a provider.`,
    'Put the component into <InsituProvider model="/weights/tiny">.',
  );

/** What there is outside of a provider. */
const NOWHERE: ModelContextValue = {
  store: { getState: () => IDLE, subscribe: () => () => {}, hold: () => () => {}, load: () => {}, fail: () => {} },
  source: undefined,
  loadsWhenVisible: false,
};
