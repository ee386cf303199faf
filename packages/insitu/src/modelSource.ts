import { CheckpointError, type ModelSource } from "@insitu/program";

/**
 * Where a checkpoint is: a hub id ("openai-community/gpt2", "gpt2"), a folder's URL or its path on this
 * server ("/weights/tiny"), files that the reader picked, or a folder that they opened.
 */
export type Source = string | FileList | readonly File[] | FileSystemDirectoryHandle;

/** @throws CheckpointError for a name that is neither a hub id nor an address. */
export function modelSource(source: Source, revision = "main"): ModelSource {
  if (typeof source !== "string")
    return { kind: "local", files: "length" in Object(source) ? Array.from(source as ArrayLike<File>) : source };
  const id = source.replace(/\/$/, "");
  // One name, or an owner's: what may be a path begins with a slash or a dot.
  if (/^\w[\w.-]*(\/\w[\w.-]*)?$/.test(id)) return { kind: "hub", id, revision };
  return { kind: "folder", url: addressOf(source, true) };
}

/** A URL, or a path on the page's own server, as a URL; a folder's with its slash. @throws CheckpointError */
export function addressOf(source: string, folder = false): string {
  const page = (globalThis as { location?: { href: string } }).location?.href;
  try {
    return new URL(folder && !source.endsWith("/") ? `${source}/` : source, page).href;
  } catch {
    throw new CheckpointError(
      `${JSON.stringify(source)} is not an address.`,
      'Pass a hub id ("openai-community/gpt2"), a URL, or a path on this server.',
      { source },
    );
  }
}
