/** What the page knows of its model. */
import type { Backend, DeviceInfo, EngineMemory, GPT2LanguageModel, LoadProgress, Source } from "insitu";

export interface ModelState {
  readonly status: "idle" | "loading" | "ready" | "error";
  /** What was asked for, as the reader wrote it; "files" where they were picked. */
  readonly name: string;
  readonly progress?: LoadProgress | undefined;
  readonly model?: GPT2LanguageModel | undefined;
  readonly device?: DeviceInfo | undefined;
  /** After the last run. */
  readonly memory?: EngineMemory | undefined;
  readonly error?: Error | undefined;
}

/** `ModelHost` is the real one. */
export interface Models {
  getState(): ModelState;
  subscribe(listener: () => void): () => void;
  /** Loads in place of what is loaded, which is freed. */
  load(source: Source, options?: { backend?: Backend; token?: string; revision?: string }): Promise<void>;
  /** The last one again, after an error. */
  reload(): Promise<void>;
  /** Ends a load. */
  cancel(): void;
}
