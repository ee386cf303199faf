/**
 * One file in the browser's storage (OPFS), kept as it arrives: in segments, each with a hash of its own
 * in a record beside it. A crash loses the last segment at most, and what the disk damages is noticed.
 */
import { createXXHash64, type IHasher } from "hash-wasm";
import type { Identity } from "./identity.ts";

/** A segment's bytes, at most. */
const SEGMENT = 8 * 2 ** 20;

/** The name of a file's record, beside the file. */
export const RECORD = ".record";

/** What is known of a kept file. */
export interface FileRecord {
  identity: Identity;
  /** Lengths in bytes, and hashes, from the file's beginning. */
  segments: [number, string][];
  /** Whether all of the file is there, and was checked. */
  complete: boolean;
}

/** A kept file is not what was written: it was deleted, and is to be fetched anew. */
export class CacheDamaged extends Error {}

export class CachedFile {
  /** Undefined where nothing is kept. */
  record: FileRecord | undefined;

  private constructor(
    private readonly folder: FileSystemDirectoryHandle,
    readonly name: string,
  ) {}

  static async of(folder: FileSystemDirectoryHandle, name: string): Promise<CachedFile> {
    const file = new CachedFile(folder, name);
    file.record = await readRecord(folder, name);
    return file;
  }

  /** Bytes kept. */
  get bytes(): number {
    return this.record?.segments.reduce((n, [length]) => n + length, 0) ?? 0;
  }

  /**
   * What is kept, each segment checked. What is given is overwritten by the next: hundreds of megabytes of
   * buffers would otherwise wait to be collected.
   * @throws CacheDamaged
   */
  async *read(): AsyncGenerator<Uint8Array, void> {
    const hasher = await createXXHash64();
    const buffer = new Uint8Array(SEGMENT);
    const data = await openSync(this.folder, this.name);
    let at = 0;
    try {
      for (const [length, hash] of this.record?.segments ?? []) {
        const bytes = buffer.subarray(0, length);
        const found = length > SEGMENT ? 0 : data.read(bytes, { at });
        if (found !== length || hasher.init().update(bytes).digest() !== hash) break;
        at += length;
        yield bytes;
      }
    } finally {
      data.close();
    }
    if (at === this.bytes) return;
    await this.remove();
    throw new CacheDamaged(`${this.name} is damaged at byte ${at}`);
  }

  /** Writes on from what is kept. @throws what the storage throws: no space, or another tab that writes. */
  async writer(identity: Identity): Promise<CacheWriter> {
    const record = this.record ?? { identity, segments: [], complete: false };
    this.record = record;
    return CacheWriter.on(this.folder, this.name, record, this.bytes);
  }

  /** Deletes what is kept. */
  async remove(): Promise<void> {
    this.record = undefined;
    // The record last: a file without one counts as nothing, a record without its file as damaged.
    for (const name of [this.name, this.name + RECORD]) await this.folder.removeEntry(name).catch(() => {});
  }
}

/** The record of a file, or undefined where there is none, or half of one. */
export async function readRecord(folder: FileSystemDirectoryHandle, name: string): Promise<FileRecord | undefined> {
  try {
    const file = await (await folder.getFileHandle(name + RECORD)).getFile();
    return JSON.parse(await file.text());
  } catch {
    return undefined;
  }
}

export class CacheWriter {
  /** Of the segment under way. */
  private length = 0;

  static async on(
    folder: FileSystemDirectoryHandle,
    name: string,
    record: FileRecord,
    at: number,
  ): Promise<CacheWriter> {
    const hasher = await createXXHash64();
    const handles: SyncHandle[] = [];
    try {
      for (const file of [name, name + RECORD]) {
        handles.push(await openSync(folder, file));
      }
      const [data, beside] = handles as [SyncHandle, SyncHandle];
      data.truncate(at);
      const writer = new CacheWriter(data, beside, record, at, hasher.init());
      writer.note();
      return writer;
    } catch (error) {
      for (const handle of handles) handle.close();
      throw error;
    }
  }

  private constructor(
    private readonly data: SyncHandle,
    private readonly beside: SyncHandle,
    private readonly record: FileRecord,
    private at: number,
    private readonly hasher: IHasher,
  ) {}

  /** @throws what the storage throws, such as QuotaExceededError. */
  append(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length; ) {
      const part = bytes.subarray(from, from + SEGMENT - this.length);
      if (this.data.write(part, { at: this.at }) !== part.length) throw new Error("the storage took no more");
      this.hasher.update(part);
      this.at += part.length;
      this.length += part.length;
      from += part.length;
      if (this.length === SEGMENT) this.endSegment();
    }
  }

  /** Ends the writing; what has come is kept, and is the whole file where so said. */
  close(complete: boolean): void {
    try {
      this.record.complete = complete;
      this.endSegment();
    } finally {
      this.data.close();
      this.beside.close();
    }
  }

  private endSegment(): void {
    if (this.length > 0) {
      this.record.segments.push([this.length, this.hasher.digest()]);
      this.hasher.init();
      this.length = 0;
    }
    // The bytes first: a record never speaks of bytes that are not on disk.
    this.data.flush();
    this.note();
  }

  private note(): void {
    const text = new TextEncoder().encode(JSON.stringify(this.record));
    this.beside.truncate(0);
    this.beside.write(text, { at: 0 });
    this.beside.flush();
  }
}

/** What is used of a FileSystemSyncAccessHandle, which a page's own thread has not. */
export interface SyncHandle {
  read(bytes: Uint8Array, options?: { at: number }): number;
  write(bytes: Uint8Array, options?: { at: number }): number;
  truncate(size: number): void;
  flush(): void;
  close(): void;
}

/** Files being opened. Chromium collects a handle that nobody else has, and its `createSyncAccessHandle` then never settles. */
const opening = new Set<FileSystemFileHandle>();

/** Opens a file to be written in place; nobody else can meanwhile. @throws what the storage throws */
export async function openSync(folder: FileSystemDirectoryHandle, name: string): Promise<SyncHandle> {
  const file = await folder.getFileHandle(name, { create: true });
  opening.add(file);
  try {
    return await (file as unknown as { createSyncAccessHandle(): Promise<SyncHandle> }).createSyncAccessHandle();
  } finally {
    opening.delete(file);
  }
}
