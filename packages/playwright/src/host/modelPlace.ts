import { existsSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { CheckpointError } from "insitu";

/** Where a model's files are. */
export type ModelPlace =
  | { kind: "disk"; folder: string }
  | { kind: "url"; url: string }
  /** On the Hugging Face Hub, or the mirror that `env` names. */
  | { kind: "hub"; id: string };

/** What relative names are relative to. */
export interface Surroundings {
  /** The folder of the configuration. */
  folder: string;
  baseURL: string | undefined;
}

/**
 * A folder on disk first, absolute or relative to the configuration's; then a URL, or a path on the server of `baseURL`;
 * else a hub id. @throws CheckpointError for what is none of them.
 */
export function modelPlace(model: string | URL | undefined, { folder, baseURL }: Surroundings): ModelPlace {
  const text = String(model ?? "");
  if (text === "") {
    throw new CheckpointError(
      "No model is named.",
      'Name one in playwright.config.ts: use: { insitu: { model: "./weights/tiny" } }.',
    );
  }
  if (/^https?:/i.test(text)) return { kind: "url", url: withSlash(text) };
  const path = /^file:/i.test(text) ? fileURLToPath(text) : resolve(folder, text);
  const looksLikeHubId = /^\w[\w.-]*(\/\w[\w.-]*)?$/.test(text);
  // A folder of the disk that is named like a hub id needs its config.json to be taken for a model.
  if (existsSync(looksLikeHubId ? resolve(path, "config.json") : path)) return { kind: "disk", folder: path };
  if (looksLikeHubId) return { kind: "hub", id: text };
  const tried = [`the folder ${path}`];
  if (text.startsWith("/")) {
    if (baseURL) return { kind: "url", url: withSlash(new URL(text, baseURL).href) };
    tried.push("a path on the server of baseURL, which is not set");
  }
  throw new CheckpointError(
    `There is no model ${JSON.stringify(text)}.`,
    `Looked for: ${tried.join("; ")}. Name a folder (${isAbsolute(text) ? "" : "relative to playwright.config.ts, "}"./weights/tiny"), a URL, or a hub id.`,
    { model: text },
  );
}

const withSlash = (url: string) => (url.endsWith("/") ? url : `${url}/`);

/** As it is named in messages. */
export function nameOf(place: ModelPlace): string {
  return place.kind === "disk" ? place.folder : place.kind === "url" ? place.url : place.id;
}
