/** The models of a page: components that ask for the same one share it, and it goes when the last of them goes. */
import {
  ArgumentError,
  type Backend,
  type DeviceInfo,
  type GPT2LanguageModel,
  LanguageModel,
  type LoadOptions,
  type LoadProgress,
  type Source,
} from "insitu";

/** What of `LanguageModel.load` can be asked for; two that ask for the same share one model. */
export interface ModelRequest {
  source: Source;
  backend?: Backend | undefined;
  options?: Omit<LoadOptions, "backend" | "onProgress" | "signal" | "engine"> | undefined;
}

/** How far a model is. What it is not there for is undefined. */
export interface ModelState {
  /** `idle`: nobody has asked for it yet. */
  readonly status: "idle" | "loading" | "ready" | "error";
  readonly model: GPT2LanguageModel | undefined;
  readonly progress: LoadProgress | undefined;
  readonly error: Error | undefined;
  /** The backend and the adapter in use. */
  readonly device: DeviceInfo | undefined;
}

export const IDLE: ModelState = {
  status: "idle",
  model: undefined,
  progress: undefined,
  error: undefined,
  device: undefined,
};

/**
 * Milliseconds that a model is kept without anybody: enough for React to take a component out and put it back, as its
 * strict mode does, and for a page to change its view.
 */
const GRACE = 300;

/** Milliseconds between two tellings of progress: each is a render. */
const TELL_EVERY = 50;

/** A model of the page, loaded once for however many hold it. */
export class PooledModel {
  private state: ModelState = IDLE;
  private readonly listeners = new Set<() => void>();
  private holders = 0;
  private loading: AbortController | undefined;
  private leaving: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly request: ModelRequest) {}

  /** The same object until something changes. */
  readonly getState = (): ModelState => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Keeps it until what this gives is called. */
  hold(): () => void {
    this.holders++;
    clearTimeout(this.leaving);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      if (--this.holders === 0) this.leaving = setTimeout(() => this.release(), GRACE);
    };
  }

  /** Begins to load, unless that was done; after an error, begins again. */
  readonly load = (): void => {
    if (this.state.status === "loading" || this.state.status === "ready") return;
    const loading = new AbortController();
    this.loading = loading;
    this.set({ ...IDLE, status: "loading" });
    const { source, backend, options } = this.request;
    let told = 0;
    const onProgress = (progress: LoadProgress) => {
      const now = performance.now();
      if (loading.signal.aborted || (now - told < TELL_EVERY && progress.phase === this.state.progress?.phase)) return;
      told = now;
      this.set({ ...this.state, progress });
    };
    LanguageModel.load(source, {
      ...options,
      ...(backend && { backend }),
      onProgress,
      signal: loading.signal,
    }).then(
      (model) => {
        if (loading.signal.aborted) return void model.dispose();
        this.set({ status: "ready", model, progress: undefined, error: undefined, device: model.device });
      },
      (error) => {
        if (!loading.signal.aborted) this.set({ ...IDLE, status: "error", error });
      },
    );
  };

  /** The model is lost, its worker dead: `load` begins again. */
  fail(model: GPT2LanguageModel, error: Error): void {
    if (this.state.model !== model) return;
    this.set({ ...IDLE, status: "error", error });
    void model.dispose().catch(() => {});
  }

  private release(): void {
    this.loading?.abort();
    const { model } = this.state;
    this.set(IDLE);
    // What still runs in it ends with it, and nobody is there to be told.
    void model?.dispose().catch(() => {});
  }

  private set(state: ModelState): void {
    this.state = state;
    for (const listener of this.listeners) listener();
  }
}

/** For as long as the page is: a component that React hid and shows again finds the one it had. */
const pool = new Map<string, PooledModel>();

/** The page's model of a request. @throws ArgumentError for what is no source. */
export function pooledModel(request: ModelRequest): PooledModel {
  const key = keyOf(request);
  let model = pool.get(key);
  if (!model) {
    model = new PooledModel(request);
    pool.set(key, model);
  }
  return model;
}

/** The same text for requests that mean the same. @throws ArgumentError */
export function keyOf({ source, backend = "auto", options = {} }: ModelRequest): string {
  if (typeof source !== "string" && (typeof source !== "object" || source === null)) {
    throw new ArgumentError(
      `The model is ${source === undefined ? "not given" : JSON.stringify(source)}.`,
      'Pass a hub id, a folder\'s address, files, or a loaded model: <InsituProvider model="/weights/tiny">.',
    );
  }
  const sorted = Object.fromEntries(Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1)));
  return JSON.stringify([typeof source === "string" ? source.replace(/\/$/, "") : identity(source), backend, sorted]);
}

const identities = new WeakMap<object, number>();
let objects = 0;

/** A number for an object: files have no other name that could be trusted. */
function identity(object: object): number {
  let id = identities.get(object);
  if (id === undefined) {
    id = objects++;
    identities.set(object, id);
  }
  return id;
}
