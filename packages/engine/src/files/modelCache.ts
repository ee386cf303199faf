/**
 * Models' files in the browser's storage: a folder for each model and revision, in the origin's private
 * file system. Where there is no such storage, nothing is kept.
 */
import type { CachedFileInfo, CachedModel, CacheQuery } from "@insitu/program";
import { createSHA1 } from "hash-wasm";
import { CachedFile, openSync, RECORD, readRecord } from "./cachedFile.ts";
import type { Identity } from "./identity.ts";

/** The folder of the origin's file system that insitu keeps to. */
const ROOT = "insitu";

/** The file that says which model a folder is of; no checkpoint has one of this name. */
const ABOUT = ".model";

/** What a folder is of. */
export interface CachedSource {
  /** The hub id, or the folder's URL. */
  model: string;
  revision?: string;
  /** Where hub ids were resolved: other mirrors may hold other files under the same name. */
  host?: string;
  /** What the hub listed: the files it has, `null` for those it has not. */
  listing?: Record<string, Identity | null>;
}

export class ModelCache {
  private constructor(
    private readonly folder: FileSystemDirectoryHandle,
    readonly source: CachedSource,
  ) {}

  /** @throws what the storage throws where pages may not use it: private windows, sandboxed frames. */
  static async of(source: CachedSource): Promise<ModelCache> {
    const root = await rootFolder(true);
    const { model, revision = "", host = "" } = source;
    const name = (await createSHA1()).update(`${host} ${model} ${revision}`).digest();
    const folder = await (root as FileSystemDirectoryHandle).getDirectoryHandle(name, { create: true });
    return new ModelCache(folder, { ...(await readAbout(folder)), ...source });
  }

  file(name: string): Promise<CachedFile> {
    return CachedFile.of(this.folder, name);
  }

  /** Notes what the folder is of, and what the hub lists. */
  async describe(listing = this.source.listing): Promise<void> {
    if (listing) this.source.listing = { ...this.source.listing, ...listing };
    const handle = await openSync(this.folder, ABOUT);
    try {
      handle.truncate(0);
      handle.write(new TextEncoder().encode(JSON.stringify(this.source)));
    } finally {
      handle.close();
    }
  }
}

/** Why files cannot be kept here, or undefined where they can. */
export function whyNoStorage(): string | undefined {
  const offered = typeof navigator !== "undefined" && "storage" in navigator && "getDirectory" in navigator.storage;
  if (!offered) return "this page has no private file system (it needs https, or localhost)";
  const writable =
    typeof FileSystemFileHandle !== "undefined" && "createSyncAccessHandle" in FileSystemFileHandle.prototype;
  return writable ? undefined : "files can be kept from a worker only";
}

/** Models of which something is kept. */
export async function listCached(query: CacheQuery = {}): Promise<CachedModel[]> {
  return kept(await folders(query));
}

/** Deletes what is kept, and gives what it was. @throws what the storage throws for files in use. */
export async function deleteCached(query: CacheQuery = {}): Promise<CachedModel[]> {
  const found = await folders(query);
  const root = await rootFolder(false);
  for (const { folder } of found) await root?.removeEntry(folder.name, { recursive: true });
  return kept(found);
}

interface CacheFolder {
  folder: FileSystemDirectoryHandle;
  info: CachedModel;
}

/** A load that failed before anything came leaves a folder with nothing in it. */
const kept = (found: readonly CacheFolder[]): CachedModel[] =>
  found.map(({ info }) => info).filter(({ files }) => files.length > 0);

async function folders(query: CacheQuery): Promise<CacheFolder[]> {
  const found: CacheFolder[] = [];
  for await (const folder of (await rootFolder(false))?.values() ?? []) {
    if (folder.kind !== "directory") continue;
    const about = await readAbout(folder);
    const fits = (key: "model" | "revision"): boolean => query[key] === undefined || query[key] === about?.[key];
    if (fits("model") && fits("revision")) found.push({ folder, info: await infoOf(folder, about) });
  }
  return found;
}

async function infoOf(folder: FileSystemDirectoryHandle, about: CachedSource | undefined): Promise<CachedModel> {
  const files: CachedFileInfo[] = [];
  for await (const { name } of folder.values()) {
    if (!name.endsWith(RECORD)) continue;
    const file = name.slice(0, -RECORD.length);
    const record = await readRecord(folder, file);
    if (!record) continue;
    const bytes = record.segments.reduce((n, [length]) => n + length, 0);
    const { size } = record.identity;
    files.push({ name: file, bytes, ...(size === undefined ? {} : { size }), complete: record.complete });
  }
  files.sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    model: about?.model ?? "unknown",
    ...(about?.revision === undefined ? {} : { revision: about.revision }),
    bytes: files.reduce((n, { bytes }) => n + bytes, 0),
    complete: files.length > 0 && files.every(({ complete }) => complete),
    files,
  };
}

async function readAbout(folder: FileSystemDirectoryHandle): Promise<CachedSource | undefined> {
  try {
    return JSON.parse(await (await (await folder.getFileHandle(ABOUT)).getFile()).text());
  } catch {
    return undefined;
  }
}

async function rootFolder(create: boolean): Promise<FileSystemDirectoryHandle | undefined> {
  try {
    return await (await navigator.storage.getDirectory()).getDirectoryHandle(ROOT, { create });
  } catch (error) {
    if (create) throw error;
    return undefined;
  }
}
