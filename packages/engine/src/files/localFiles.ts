/** A checkpoint among the reader's own files: picked in the page, or a folder it was given. */
import { CheckpointError } from "@insitu/program";
import type { FileReport } from "./loadReport.ts";
import { type FileBytes, type ModelFiles, useWhole } from "./modelFiles.ts";

/** Read from disk in pieces of this many bytes. */
const PIECE = 4 * 2 ** 20;

export class LocalFiles implements ModelFiles {
  readonly label = "the files given";

  /** @param files `File`s, or a `FileSystemDirectoryHandle`. @throws CheckpointError for anything else. */
  static of(files: unknown, report: (name: string) => FileReport): LocalFiles {
    if (typeof FileSystemDirectoryHandle !== "undefined" && files instanceof FileSystemDirectoryHandle)
      return new LocalFiles((name) => fileOf(files, name), report);
    const list = Array.isArray(files) ? files : undefined;
    if (!list?.every((file) => file instanceof Blob && "name" in file)) {
      throw new CheckpointError(
        "The model's source is neither a name nor files.",
        'Pass a hub id ("openai-community/gpt2"), a URL, an <input>\'s files, or a FileSystemDirectoryHandle.',
      );
    }
    // Of a folder with folders, the file nearest to its top.
    const depth = (file: File): number => (file.webkitRelativePath ?? "").split("/").length;
    const byName = new Map<string, File>();
    for (const file of [...(list as File[])].sort((a, b) => depth(b) - depth(a))) byName.set(file.name, file);
    return new LocalFiles(async (name) => byName.get(name), report);
  }

  private constructor(
    private readonly find: (name: string) => Promise<File | undefined>,
    private readonly report: (name: string) => FileReport,
  ) {}

  async read<T>(name: string, use: (file: FileBytes) => Promise<T>): Promise<T | undefined> {
    const file = await this.find(name);
    if (!file) return undefined;
    const report = this.report(name);
    report.size(file.size);
    return useWhole({ bytes: bytesOf(file, name, report), size: file.size }, use);
  }
}

async function* bytesOf(file: File, name: string, report: FileReport): AsyncGenerator<Uint8Array, void> {
  for (let at = 0; at < file.size; at += PIECE) {
    let buffer: ArrayBuffer;
    try {
      buffer = await file.slice(at, at + PIECE).arrayBuffer();
    } catch (error) {
      throw new CheckpointError(
        `${name} could not be read at byte ${at}: ${error instanceof Error ? error.message : error}.`,
        "It may have changed since it was picked: pick it again.",
        { file: name, offset: at },
      );
    }
    report.add(buffer.byteLength, "disk");
    yield new Uint8Array(buffer);
  }
}

async function fileOf(folder: FileSystemDirectoryHandle, name: string): Promise<File | undefined> {
  try {
    return await (await folder.getFileHandle(name)).getFile();
  } catch (error) {
    if ((error as Error).name === "NotFoundError" || (error as Error).name === "TypeMismatchError") return undefined;
    throw new CheckpointError(
      `${name} of the folder given could not be opened: ${(error as Error).message}`,
      "Ask for the folder again, or check that the page may read it.",
      { file: name },
    );
  }
}
