/** A checkpoint on a server: what the browser's storage keeps of it is used first, and the rest is fetched. */
import { CheckpointError } from "@insitu/program";
import { CacheDamaged, type CachedFile, type CacheWriter } from "./cachedFile.ts";
import { Checksum } from "./checksum.ts";
import type { Answer, Downloader, RemoteFile } from "./download.ts";
import { drop, isInterruption, sparesBytes } from "./fetching.ts";
import { type Identity, sameFile } from "./identity.ts";
import type { FileReport, LoadReport } from "./loadReport.ts";
import { type FileBytes, type ModelFiles, useWhole } from "./modelFiles.ts";
import type { Storage } from "./storage.ts";

export interface RemoteFolder {
  /** For messages: the hub id, or the URL. */
  label: string;
  /** With its slash. */
  url: string;
  /** What is known of the files ahead; undefined for a folder whose server has no list. */
  listing?: Listing;
}

/** A hub's list of files. */
export interface Listing {
  /** `null`: the hub has no such file. Undefined: nothing is known of it. */
  find(name: string): Promise<Identity | null | undefined>;
}

export class RemoteFiles implements ModelFiles {
  readonly label: string;

  constructor(
    private readonly folder: RemoteFolder,
    private readonly downloader: Downloader,
    private readonly storage: Storage,
    private readonly report: LoadReport,
  ) {
    this.label = folder.label;
  }

  async read<T>(name: string, use: (file: FileBytes) => Promise<T>): Promise<T | undefined> {
    const listed = await this.folder.listing?.find(name);
    if (listed === null) return undefined;
    if (listed?.size !== undefined) this.report.expect(name, listed.size);
    const file = { name, url: new URL(encodeURIComponent(name), this.folder.url).href };
    return this.storage.alone(name, async () => {
      try {
        return await this.readOnce(file, listed, use);
      } catch (error) {
        if (!(error instanceof CacheDamaged)) throw error;
        // What was kept is gone now: all of it comes from the network.
        return await this.readOnce(file, listed, use);
      }
    });
  }

  private async readOnce<T>(
    file: RemoteFile,
    listed: Identity | undefined,
    use: (file: FileBytes) => Promise<T>,
  ): Promise<T | undefined> {
    const cached = await this.storage.file(file.name);
    if (cached?.record && listed && !sameFile(cached.record.identity, listed)) await cached.remove();
    const report = this.report.file(file.name);
    report.restart();
    const known = await this.wholeAndFresh(file, cached, listed);
    if (known) {
      if (known.size !== undefined) report.size(known.size);
      return useWhole({ bytes: kept(known.file, report), size: known.size }, use);
    }
    const answer = await this.answerFor(file, cached, listed);
    if (!answer) return undefined;
    const identity: Identity = { ...identityOf(answer), ...listed };
    if (identity.size !== undefined) report.size(identity.size);
    const bytes = this.bytes(file, answer, identity, cached, report);
    try {
      return await useWhole({ bytes, size: identity.size }, use);
    } catch (error) {
      // Of what is wrong in itself nothing is kept; of what was interrupted, all that came.
      if (!sparesBytes(error) && !(error instanceof CacheDamaged)) await cached?.remove();
      throw error;
    } finally {
      // Where what is kept was damaged, or refused, nobody has begun to read it.
      drop(answer.body);
    }
  }

  /** The kept copy, where it is whole and the server's file is still the same, or cannot be asked for. */
  private async wholeAndFresh(
    file: RemoteFile,
    cached: CachedFile | undefined,
    listed: Identity | undefined,
  ): Promise<{ file: CachedFile; size: number | undefined } | undefined> {
    const { record } = cached ?? {};
    if (!cached || !record?.complete) return undefined;
    const whole = { file: cached, size: cached.bytes };
    if (listed) return whole;
    try {
      const answer = await this.downloader.open(file, 0, 0);
      drop(answer?.body);
      if (answer && sameFile(record.identity, identityOf(answer))) return whole;
    } catch (error) {
      if (!isInterruption(error)) throw error;
      this.storage.notices.add(
        `${this.label} could not be reached: ${(error as CheckpointError).problem} The copy kept in this browser is used.`,
      );
      return whole;
    }
    await cached.remove();
    return undefined;
  }

  /** The server's answer, from the byte on that what is kept ends at; all anew where that is of another file. */
  private async answerFor(
    file: RemoteFile,
    cached: CachedFile | undefined,
    listed: Identity | undefined,
  ): Promise<Answer | undefined> {
    const held = cached?.bytes ?? 0;
    const from = isWeights(file.name) || held > 0 ? held : undefined;
    const answer = await this.downloader.open(file, from);
    if (!answer) return undefined;
    if (listed?.size !== undefined && answer.size !== undefined && answer.size !== listed.size) {
      drop(answer.body);
      throw wrongSize(file, answer.size, listed.size);
    }
    if (held === 0 || listed || sameFile((cached as CachedFile).record?.identity ?? {}, identityOf(answer)))
      return answer;
    await cached?.remove();
    if (answer.start === 0) return answer;
    drop(answer.body);
    return this.downloader.open(file, isWeights(file.name) ? 0 : undefined);
  }

  /** What is kept, then what comes: checked as a whole at the end, and kept on the way. */
  private async *bytes(
    file: RemoteFile,
    answer: Answer,
    identity: Identity,
    cached: CachedFile | undefined,
    report: FileReport,
  ): AsyncGenerator<Uint8Array, void> {
    const checksum = await Checksum.of(identity);
    let at = 0;
    for await (const piece of cached ? kept(cached, report) : []) {
      checksum?.update(piece);
      at += piece.length;
      yield piece;
    }
    let writer: CacheWriter | undefined = await this.storage.writer(cached, identity);
    let whole = false;
    try {
      for await (const piece of this.downloader.bytes(file, { ...answer, ...sizeOf(identity) }, at)) {
        checksum?.update(piece);
        writer = this.storage.append(writer, piece);
        at += piece.length;
        report.add(piece.length, "network");
        yield piece;
      }
      checksum?.assert(file.name, at);
      whole = true;
    } finally {
      this.storage.close(writer, whole);
    }
  }
}

async function* kept(file: CachedFile, report: FileReport): AsyncGenerator<Uint8Array, void> {
  for await (const piece of file.read()) {
    report.add(piece.length, "disk");
    yield piece;
  }
}

/** Weights are asked for by ranges of bytes; small files whole, so that servers may compress them. */
const isWeights = (name: string): boolean => name.endsWith(".safetensors");

function identityOf({ size, etag, modified }: Answer): Identity {
  return {
    ...(size === undefined ? {} : { size }),
    ...(etag ? { etag } : {}),
    ...(modified ? { modified } : {}),
  };
}

const sizeOf = ({ size }: Identity): Identity => (size === undefined ? {} : { size });

function wrongSize({ name, url }: RemoteFile, size: number, expected: number): CheckpointError {
  return new CheckpointError(
    `${name}: the server offers ${size} bytes; the hub lists ${expected}.`,
    "The server, or a proxy before it, gives another file: load again, or from another mirror.",
    { file: name, url, offset: Math.min(size, expected), size, expected },
  );
}
