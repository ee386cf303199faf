/** The small files of a checkpoint: config.json and the tokenizer's. The worker reads the weights. */
import { CheckpointError } from "@insitu/program";
import { Tokenizer } from "./tokenizer.ts";

/** The folder that a model's name means: a hub id, a URL, or a path on the page's own server. */
export function folderUrl(source: string): string {
  const slash = source.endsWith("/") ? source : `${source}/`;
  if (/^[\w.-]+\/[\w.-]+\/$/.test(slash) && !/^\.{1,2}\//.test(slash))
    return `https://huggingface.co/${slash}resolve/main/`;
  return fileUrl(slash, "a hub id (owner/name), ");
}

/** A file's address: a URL, or a path on the page's own server. @throws CheckpointError */
export function fileUrl(source: string, orElse = ""): string {
  const page = (globalThis as { location?: { href: string } }).location?.href;
  try {
    return new URL(source, page).href;
  } catch {
    throw new CheckpointError(
      `${JSON.stringify(source)} is not an address.`,
      `Pass ${orElse}a URL, or a path on this server.`,
      { source },
    );
  }
}

/** A JSON file of the folder. @throws CheckpointError: not found, or not JSON. */
export async function readJson(base: string, file: string): Promise<object> {
  const url = new URL(file, base).href;
  let response: Response;
  try {
    response = await fetch(url);
  } catch (error) {
    throw new CheckpointError(
      `${file} could not be fetched from ${url}: ${error instanceof Error ? error.message : error}.`,
      "Check the address and the server's CORS headers.",
      { file, url },
    );
  }
  if (!response.ok) {
    throw new CheckpointError(
      `${file}: ${url} answered ${response.status} ${response.statusText}.`,
      "Check that the folder holds it.",
      { file, url, status: response.status },
    );
  }
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    throw new CheckpointError(
      `${file} is not JSON: it begins with ${JSON.stringify(text.slice(0, 40))}.`,
      "A server may have answered with a web page: check the address.",
      { file, url },
    );
  }
}

/**
 * The tokenizer, or the error to throw when it is first needed: a checkpoint without one still runs
 * on token ids.
 */
export async function readTokenizer(base: string): Promise<Tokenizer | CheckpointError> {
  try {
    const [json, config] = await Promise.all([
      readJson(base, "tokenizer.json"),
      readJson(base, "tokenizer_config.json").catch(() => ({})),
    ]);
    return new Tokenizer(json, config);
  } catch (error) {
    if (error instanceof CheckpointError) return error;
    return new CheckpointError(
      `tokenizer.json cannot be used: ${error instanceof Error ? error.message : error}.`,
      "Pass token ids, or mend the file.",
      { file: "tokenizer.json" },
    );
  }
}
