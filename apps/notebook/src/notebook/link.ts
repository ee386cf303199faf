/** A whole notebook in an address: nobody keeps a copy of it. Its file, deflated, in letters that an address may hold. */
import { fromFile, toFile } from "./fileFormat.ts";
import type { Notebook } from "./notebook.ts";
import { NotebookError } from "./notebookError.ts";

const PREFIX = "#n=";
/** Bytes of a file that comes by a link; what is deflated may be a thousand times as much. */
const MOST = 2 * 2 ** 20;

export async function toLink(notebook: Pick<Notebook, "title" | "cells">, base: string): Promise<string> {
  const stream = new Blob([toFile(notebook)]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  let binary = "";
  for (let i = 0; i < bytes.length; i += 0x8000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  const code = btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  const url = new URL(base);
  url.hash = `${PREFIX}${code}`;
  return url.href;
}

/** The notebook of an address's hash; undefined where there is none in it. @throws NotebookError */
export async function fromLink(hash: string): Promise<Notebook | undefined> {
  if (!hash.startsWith(PREFIX)) return undefined;
  const code = hash.slice(PREFIX.length);
  if (!/^[\w-]*$/.test(code)) throw damaged();
  let text: string;
  try {
    const binary = atob(code.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    text = await inflated(bytes);
  } catch (error) {
    if (error instanceof NotebookError) throw error;
    throw damaged();
  }
  return fromFile(text, "A linked notebook");
}

const damaged = () =>
  new NotebookError(
    "The link's notebook is damaged.",
    "Copy the whole link again: mail and chat programs cut long ones, a file is the safer way.",
  );

/** Stops as soon as it is too much. */
async function inflated(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let [text, size] = ["", 0];
  for await (const piece of stream as unknown as AsyncIterable<Uint8Array>) {
    size += piece.length;
    if (size > MOST)
      throw new NotebookError(
        "The link's notebook is more than 2 MB.",
        "Ask for it as a file: nothing of it was opened.",
      );
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}
