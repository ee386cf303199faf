import {
  type CachedModel,
  type CacheQuery,
  CancelledError,
  type EngineProtocol,
  fromWire,
  type LoadedModel,
  type LoadProgress,
  type LoadRequest,
  type Outcome,
  type RemoteFetch,
  type RunAllResult,
  type RunProgress,
  type TraceProgram,
  WorkerError,
} from "@insitu/program";
import * as Comlink from "comlink";

/** Where an engine is: a worker, or a port to one. */
export type EngineEndpoint = Worker | MessagePort;

/** Who follows a load, and may end it. */
export interface LoadWatch {
  onProgress?: ((progress: LoadProgress) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** How a list of programs is run. */
export interface RunAllOptions {
  /** Called as programs are done: some at a time. */
  onProgress?: (progress: RunProgress) => void;
  /** Aborted, it ends the run between two passes. */
  signal?: AbortSignal;
  /**
   * How many bytes the widest value of one pass, with what the pass saves, may take: what bounds how
   * many programs run at once. 256 MiB unless given, and never more than the GPU binds at once.
   */
  chunkBytes?: number;
}

/** What tools that look at a page from outside (`@insitu/playwright`) find of a model. */
export interface PageModel {
  /** What `load` was given, where that is text. */
  source: unknown;
  loaded: LoadedModel;
  /** `core.edits` is what every trace of it begins with. */
  model: object;
}

/** Where they find it: the clients of this page's models, whichever copy of insitu loaded them. */
const page = globalThis as unknown as { insituModels?: Set<EngineClient> };
const models = page.insituModels ?? new Set();
page.insituModels = models;

/** The worker's engine on this side: typed errors again, and no call left hanging if it dies. */
export class EngineClient {
  /** Once its model is loaded. */
  page?: PageModel;
  private readonly remote: Comlink.Remote<EngineProtocol>;
  private readonly died: Promise<never>;
  private fail!: (why: string) => void;
  private closed: boolean | undefined;

  constructor(private readonly endpoint: EngineEndpoint) {
    this.remote = Comlink.wrap<EngineProtocol>(endpoint as unknown as Comlink.Endpoint);
    this.died = new Promise((_, reject) => {
      this.fail = (why) =>
        reject(
          new WorkerError(`The worker stopped: ${why}.`, "Load the model again; the worker's console may say more."),
        );
      endpoint.addEventListener("error", (event) =>
        this.fail((event as ErrorEvent).message || "it could not be started"),
      );
      endpoint.addEventListener("messageerror", () => this.fail("a message could not be read"));
    });
    // Unhandled until somebody calls; every call below handles it.
    this.died.catch(() => {});
    models.add(this);
  }

  /**
   * Loads, until `signal` is aborted or `onProgress` throws, which comes out as it is; the worker is then to be
   * closed. @throws CancelledError
   */
  load(request: LoadRequest, { onProgress, signal }: LoadWatch, fetch?: typeof globalThis.fetch): Promise<LoadedModel> {
    return new Promise<LoadedModel>((resolve, reject) => {
      const cancel = () => reject(new CancelledError("The load was cancelled.", "Its signal was aborted."));
      if (signal?.aborted) cancel();
      signal?.addEventListener("abort", cancel);
      const tell = (progress: LoadProgress) => {
        try {
          onProgress?.(progress);
        } catch (error) {
          reject(error);
        }
      };
      this.awake()
        .then(() => this.call("load", request, tell, fetch && sendable(fetch)))
        .then(resolve, reject)
        .finally(() => signal?.removeEventListener("abort", cancel));
    });
  }

  async cached(what: "listCached" | "deleteCached", query: CacheQuery): Promise<CachedModel[]> {
    await this.awake();
    return this.call(what, query);
  }

  /**
   * Runs programs in one request. An abort of `signal` ends it between two passes, and so does an
   * error of `onProgress`, which comes out as it is. @throws CancelledError wherever the signal is aborted by
   * the time the results arrive.
   */
  async runAll(
    programs: readonly TraceProgram[],
    { onProgress, signal, ...options }: RunAllOptions = {},
  ): Promise<RunAllResult> {
    const total = programs.length;
    // Asked again at the end: whether an abort is heeded does not depend on which message is the quicker.
    const check = (done: number) => {
      if (signal?.aborted)
        throw new CancelledError(
          `The run was cancelled after ${done} of ${total} programs.`,
          "Its signal was aborted.",
          { done, total },
        );
    };
    check(0);
    // Tools may use the same engine: a name that nobody else has.
    const id = `run${Math.random()}`;
    const cancel = () => void this.remote.cancel(id);
    let failure: { error: unknown } | undefined;
    const report = (progress: RunProgress) => {
      try {
        onProgress?.(progress);
      } catch (error) {
        failure = { error };
        cancel();
      }
    };
    signal?.addEventListener("abort", cancel, { once: true });
    try {
      const result = await this.call("runAll", programs, { id, ...options }, onProgress && report);
      if (failure) throw failure.error;
      check(total);
      return result;
    } catch (error) {
      throw failure ? failure.error : error;
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  }

  /** Frees the model and ends the worker. */
  async dispose(): Promise<void> {
    await this.call("dispose");
    this.close();
  }

  /** Ends the worker as it stands. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    models.delete(this);
    this.fail("it was closed");
    this.remote[Comlink.releaseProxy]();
    if ("terminate" in this.endpoint) this.endpoint.terminate();
    else this.endpoint.close();
  }

  /**
   * Waits until the worker answers. One that sets itself up asynchronously loses what is sent before, so
   * the question is asked again. @throws WorkerError after a quarter of a minute of silence.
   */
  private async awake(): Promise<void> {
    // An error is an answer too: of an engine that has not begun, or of death, which the next call tells of.
    const yes = () => true;
    for (let asked = 0; asked < 15; asked++) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const silence = new Promise<false>((resolve) => {
        timer = setTimeout(resolve, 1000, false);
      });
      const answered = await Promise.race([this.call("memory").then(yes, yes), silence]).finally(() =>
        clearTimeout(timer),
      );
      if (answered) return;
    }
    throw new WorkerError(
      "The worker does not answer.",
      "Does it run insitu/worker? The worker's console may say more.",
    );
  }

  /** Calls the engine; functions among the arguments are called from there. @throws its errors, typed again. */
  async call<M extends keyof EngineProtocol>(method: M, ...args: Parameters<EngineProtocol[M]>): Promise<Answer<M>> {
    const remote = this.remote[method] as unknown as (...args: unknown[]) => Promise<Outcome<Answer<M>>>;
    const sent = args.map((arg) => (typeof arg === "function" ? Comlink.proxy(arg) : arg));
    const outcome = await Promise.race([remote(...sent), this.died]);
    if (!outcome.ok) throw fromWire(outcome.error);
    return outcome.value;
  }
}

/** What a method of the engine gives where it succeeds. */
type Answer<M extends keyof EngineProtocol> =
  Awaited<ReturnType<EngineProtocol[M]>> extends Outcome<infer T> ? T : never;

/** A fetch whose answers can be sent to the worker. */
const sendable =
  (fetch: typeof globalThis.fetch): RemoteFetch =>
  async (url, init) => {
    const { status, statusText, headers, body } = await fetch(url, init);
    return Comlink.transfer({ status, statusText, headers: [...headers], body }, body ? [body] : []);
  };
