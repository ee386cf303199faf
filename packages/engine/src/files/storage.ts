/** Where files are kept, as long as that works: whatever fails there costs a notice, never the load. */
import type { CachedFile, CacheWriter } from "./cachedFile.ts";
import type { Identity } from "./identity.ts";
import { type CachedSource, ModelCache, whyNoStorage } from "./modelCache.ts";

export class Storage {
  /** Keeps nothing, and says nothing of it. */
  static none(notices: Set<string>): Storage {
    return new Storage(undefined, notices);
  }

  static async of(source: CachedSource, notices: Set<string>): Promise<Storage> {
    // In Node there is no storage, and nobody expects one.
    if (typeof navigator === "undefined" || !("locks" in navigator || "storage" in navigator))
      return Storage.none(notices);
    let why = whyNoStorage();
    try {
      if (!why) {
        const cache = await ModelCache.of(source);
        return new Storage(cache, notices);
      }
    } catch (error) {
      why = reasonOf(error);
    }
    return new Storage(undefined, notices).without(why);
  }

  private constructor(
    private cache: ModelCache | undefined,
    readonly notices: Set<string>,
  ) {}

  /** What the hub listed when it was last asked. */
  get listing(): CachedSource["listing"] {
    return this.cache?.source.listing;
  }

  /** Notes what is kept here. */
  async describe(listing?: CachedSource["listing"]): Promise<void> {
    // Another tab may be writing the same.
    await this.cache?.describe(listing).catch(() => {});
  }

  async file(name: string): Promise<CachedFile | undefined> {
    return this.cache?.file(name);
  }

  /** Runs work on a file while no other tab does: the second one then finds it kept. */
  async alone<T>(name: string, work: () => Promise<T>): Promise<T> {
    const { source } = this.cache ?? {};
    if (!source || !("locks" in navigator)) return work();
    const key = `insitu ${source.host ?? ""} ${source.model} ${source.revision ?? ""} ${name}`;
    return navigator.locks.request(key, work) as Promise<T>;
  }

  async writer(file: CachedFile | undefined, identity: Identity): Promise<CacheWriter | undefined> {
    if (!file || !this.cache) return undefined;
    try {
      const missing = (identity.size ?? 0) - file.bytes;
      const { quota, usage = 0 } = await navigator.storage.estimate();
      if (quota !== undefined && missing > quota - usage) {
        await file.remove();
        this.without(`${megabytes(missing)} more are needed, and ${megabytes(quota - usage)} are left to this site`);
        return undefined;
      }
      return await file.writer(identity);
    } catch (error) {
      await file.remove();
      this.without(reasonOf(error));
      return undefined;
    }
  }

  /** The writer again, or nothing where it failed. */
  append(writer: CacheWriter | undefined, bytes: Uint8Array): CacheWriter | undefined {
    if (!writer) return undefined;
    try {
      writer.append(bytes);
      return writer;
    } catch (error) {
      this.without(reasonOf(error));
      this.close(writer, false);
      return undefined;
    }
  }

  close(writer: CacheWriter | undefined, complete: boolean): void {
    try {
      writer?.close(complete);
    } catch (error) {
      this.without(reasonOf(error));
    }
  }

  /** From here on nothing is kept. */
  private without(why: string): this {
    this.cache = undefined;
    this.notices.add(`The model's files are not kept in this browser: ${why}.`);
    return this;
  }
}

function reasonOf(error: unknown): string {
  const { name, message } = error as Error;
  switch (name) {
    case "QuotaExceededError":
      return "its storage for this site is full";
    case "SecurityError":
    case "NotAllowedError":
      return "this page may not use its storage (a private window, or a sandboxed frame)";
    case "NoModificationAllowedError":
      return "another tab is writing them";
    default:
      return message || name || String(error);
  }
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
