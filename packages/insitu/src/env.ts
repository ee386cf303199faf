import type { FileSettings } from "@insitu/program";
import { addressOf } from "./modelSource.ts";

/** Where models come from and where they are kept: for all loads, read as each begins. */
export interface Env {
  /** Whether hub ids may be fetched from `remoteHost`; true unless set. */
  allowRemoteModels: boolean;
  /** The hub, or a mirror of it. */
  remoteHost: string;
  /** A model's folder on it, with `{model}` and `{revision}`. */
  remotePathTemplate: string;
  /** Whether hub ids are looked for under `localModelPath` first; false unless set. */
  allowLocalModels: boolean;
  /** A URL, or a path on this server. */
  localModelPath: string;
  /** Whether files are kept in the browser's storage, for the next load and for being offline. */
  useBrowserCache: boolean;
  /** An access token for gated and private models; sent to `remoteHost` and to nobody else. */
  token: string | undefined;
  /** Milliseconds without a byte after which a connection counts as broken, and is made again. */
  timeout: number;
  /** Fetches instead of the worker's own fetch: to sign requests, or to answer them. */
  fetch: typeof fetch | undefined;
}

/** Names and defaults are those of transformers.js, where it has the same. */
export const env: Env = {
  allowRemoteModels: true,
  remoteHost: "https://huggingface.co/",
  remotePathTemplate: "{model}/resolve/{revision}/",
  allowLocalModels: false,
  localModelPath: "/models/",
  useBrowserCache: true,
  token: undefined,
  timeout: 30_000,
  fetch: undefined,
};

/** The settings as they are now, for the worker. @throws CheckpointError for what is no address. */
export function fileSettings(token = env.token): FileSettings {
  const { allowLocalModels, localModelPath, remoteHost, fetch: _, ...plain } = env;
  return {
    ...plain,
    remoteHost: addressOf(remoteHost, true),
    ...(allowLocalModels ? { localModels: addressOf(localModelPath, true) } : {}),
    token,
  } as FileSettings;
}
