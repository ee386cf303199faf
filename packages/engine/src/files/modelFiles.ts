/** The files of a checkpoint, wherever they are. */
import { CheckpointError } from "@insitu/program";

export interface ModelFiles {
  /** For messages: the hub id, the folder's URL, or "the files given". */
  readonly label: string;
  /**
   * Hands a file's bytes to `use`, and gives what it gives; undefined where there is no such file. The
   * file has been checked as a whole when this returns. `use` may be called again from the beginning,
   * where a copy in the browser's storage turns out damaged; what it throws makes nothing be kept.
   * @throws CheckpointError
   */
  read<T>(name: string, use: (file: FileBytes) => Promise<T>): Promise<T | undefined>;
}

/** A file from its first byte to its last. */
export interface FileBytes {
  /** Each piece is good until the next is asked for. */
  bytes: AsyncGenerator<Uint8Array, void>;
  /** Where it is known before all have come. */
  size: number | undefined;
}

/** `use`, and then whatever bytes it left, so that the whole file passes. */
export async function useWhole<T>(file: FileBytes, use: (file: FileBytes) => Promise<T>): Promise<T> {
  try {
    const result = await use(file);
    while (!(await file.bytes.next()).done);
    return result;
  } finally {
    await file.bytes.return();
  }
}

/** A text file, or undefined where there is none. @throws CheckpointError */
export function readText(files: ModelFiles, name: string): Promise<string | undefined> {
  return files.read(name, textOf);
}

/** A JSON file, or undefined where there is none. @throws CheckpointError where it is not JSON. */
export function readJson(files: ModelFiles, name: string): Promise<object | undefined> {
  // Parsed while it is read: what is no JSON is not kept.
  return files.read(name, async (file) => parseJson(await textOf(file), name));
}

async function textOf({ bytes }: FileBytes): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of bytes) text += decoder.decode(piece, { stream: true });
  return text + decoder.decode();
}

function parseJson(text: string, file: string): object {
  try {
    return JSON.parse(text);
  } catch {
    throw new CheckpointError(
      `${file} is not JSON: it begins with ${JSON.stringify(text.slice(0, 40))}.`,
      "A server may have answered with a web page: check the address.",
      { file, offset: 0 },
    );
  }
}
