import {
  type EngineMemory,
  type EngineProtocol,
  fromWire,
  type LoadedModel,
  type LoadProgress,
  type LoadRequest,
  type NewTokens,
  type Outcome,
  type RunResult,
  type SavedData,
  type TraceProgram,
  WorkerError,
} from "@insitu/program";
import * as Comlink from "comlink";

/** Where an engine is: a worker, or a port to one. */
export type EngineEndpoint = Worker | MessagePort;

/** The worker's engine on this side: typed errors again, and no call left hanging if it dies. */
export class EngineClient {
  private readonly remote: Comlink.Remote<EngineProtocol>;
  private readonly died: Promise<never>;
  private closed = false;

  constructor(private readonly endpoint: EngineEndpoint) {
    this.remote = Comlink.wrap<EngineProtocol>(endpoint as unknown as Comlink.Endpoint);
    this.died = new Promise((_, reject) => {
      const fail = (why: string) =>
        reject(
          new WorkerError(
            `The worker stopped: ${why}.`,
            "Load the model again; the console of the worker may say more.",
            {},
          ),
        );
      endpoint.addEventListener("error", (event) => fail((event as ErrorEvent).message || "it could not be started"));
      endpoint.addEventListener("messageerror", () => fail("a message could not be read"));
    });
    // Unhandled until somebody calls; every call below handles it.
    this.died.catch(() => {});
  }

  async load(request: LoadRequest, onProgress: (progress: LoadProgress) => void): Promise<LoadedModel> {
    await this.awake();
    return this.settle(this.remote.load(request, Comlink.proxy(onProgress)));
  }

  run(program: TraceProgram, onTokens?: (tokens: NewTokens) => void): Promise<RunResult> {
    return this.settle(this.remote.run(program, onTokens && Comlink.proxy(onTokens)));
  }

  readHeld(id: string): Promise<SavedData> {
    return this.settle(this.remote.readHeld(id));
  }

  async release(prefix: string): Promise<void> {
    await this.settle(this.remote.release(prefix));
  }

  memory(): Promise<EngineMemory> {
    return this.settle(this.remote.memory());
  }

  /** Frees the model and ends the worker. */
  async dispose(): Promise<void> {
    await this.settle(this.remote.dispose());
    this.close();
  }

  /** Ends the worker as it stands. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.remote[Comlink.releaseProxy]();
    if ("terminate" in this.endpoint) this.endpoint.terminate();
    else this.endpoint.close();
  }

  /**
   * Waits until the worker answers. One that sets itself up asynchronously loses what is sent before, so
   * the question is asked again. @throws WorkerError after a quarter of a minute of silence.
   */
  private async awake(): Promise<void> {
    for (let asked = 0; asked < 15; asked++) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const silence = new Promise<false>((resolve) => {
        timer = setTimeout(resolve, 1000, false);
      });
      const answered = await Promise.race([this.remote.memory().then(() => true), silence, this.died]).finally(() =>
        clearTimeout(timer),
      );
      if (answered) return;
    }
    throw new WorkerError(
      "The worker does not answer.",
      "Does it run @insitu/engine/worker? Its console may say more.",
      {},
    );
  }

  private async settle<T>(call: Promise<Outcome<T>>): Promise<T> {
    const outcome = await Promise.race([call, this.died]);
    if (!outcome.ok) throw fromWire(outcome.error);
    return outcome.value;
  }
}
