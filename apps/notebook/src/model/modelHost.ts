/** Loads the page's model, one at a time, and keeps its engine: what the model bar shows, and what cells run on. */
import { type GPT2LanguageModel, LanguageModel, type LoadedModel, type Source, WorkerError } from "insitu";
import { startEngine } from "./engineWorker.ts";
import type { ModelState, Models } from "./modelState.ts";

/** A client of insitu's, as it tells tools of its models. */
export interface EngineClient {
  readonly page?: { readonly loaded: LoadedModel; readonly model: object };
  call(method: string, ...args: unknown[]): Promise<unknown>;
}

type Options = Parameters<Models["load"]>[1];

/** A model that runs. */
export interface Engine {
  readonly client: EngineClient;
  readonly loaded: LoadedModel;
  /** Rejects with a WorkerError once its worker is gone; never resolves. */
  readonly died: Promise<never>;
}

export class ModelHost implements Models {
  private state: ModelState = { status: "idle", name: "" };
  private readonly listeners = new Set<() => void>();
  private asked: { source: Source; options: Options } | undefined;
  private ending: AbortController | undefined;
  private current: { model: GPT2LanguageModel; engine: Engine; close: () => Promise<void> } | undefined;

  getState(): ModelState {
    return this.state;
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** What cells run on; undefined while there is none. */
  get engine(): Engine | undefined {
    return this.current?.engine;
  }

  async load(source: Source, options: Options = {}): Promise<void> {
    this.asked = { source, options };
    this.ending?.abort();
    const ending = new AbortController();
    this.ending = ending;
    const name = typeof source === "string" ? source : "files";
    const before = this.current;
    this.current = undefined;
    this.set({ status: "loading", name });
    await before?.close();
    if (this.ending !== ending) return;
    const { worker, gone } = startEngine();
    const died = gone.then((): never => {
      throw new WorkerError("The engine's worker is gone.", "Load the model again, from the model bar.");
    });
    // Whoever runs something on it handles this; the state below tells it too.
    died.catch(() => {});
    try {
      const model = await Promise.race([
        LanguageModel.load(source, {
          ...options,
          engine: worker,
          signal: ending.signal,
          onProgress: (progress) => {
            if (this.ending === ending) this.set({ ...this.state, progress });
          },
        }),
        died,
      ]);
      if (this.ending !== ending) {
        worker.terminate();
        return;
      }
      const client = clientOf(model);
      const engine = { client, loaded: client.page!.loaded, died };
      const close = async () => {
        // Its memory is free before another takes its place; one that does not answer goes all the same.
        await Promise.race([model.dispose(), died, new Promise((resolve) => setTimeout(resolve, 1000))]).catch(
          () => {},
        );
        worker.terminate();
      };
      this.current = { model, engine, close };
      this.set({ status: "ready", name, model, device: model.device, memory: await model.memory() });
      died.catch((error: Error) => {
        if (this.current?.engine !== engine) return;
        this.current = undefined;
        this.set({ status: "error", name, error });
      });
    } catch (error) {
      worker.terminate();
      if (this.ending !== ending) return;
      this.set(ending.signal.aborted ? { status: "idle", name } : { status: "error", name, error: error as Error });
    }
  }

  async reload(): Promise<void> {
    if (this.asked) await this.load(this.asked.source, this.asked.options);
  }

  cancel(): void {
    if (this.state.status === "loading") this.ending?.abort();
  }

  /** Asks the engine anew how much it holds: after a run. */
  async measure(): Promise<void> {
    const { current } = this;
    if (!current) return;
    const memory = await current.model.memory().catch(() => undefined);
    if (memory && this.current === current) this.set({ ...this.state, memory });
  }

  private set(state: ModelState): void {
    this.state = state;
    for (const listener of this.listeners) listener();
  }
}

function clientOf(model: object): EngineClient {
  const clients = (globalThis as unknown as { insituModels: Set<EngineClient> }).insituModels;
  const client = [...clients].find(({ page }) => page?.model === model);
  if (!client) throw new WorkerError("The model has no engine.", "Load it again.");
  return client;
}
