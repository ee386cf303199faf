/** Opens the files that a model's source means. */
import { ArgumentError, type FileSettings, type ModelSource, type RemoteFetch } from "@insitu/program";
import { Downloader } from "./download.ts";
import { type Fetch, fetchWith, isInterruption } from "./fetching.ts";
import { listHub } from "./hubListing.ts";
import type { Identity } from "./identity.ts";
import type { LoadReport } from "./loadReport.ts";
import { LocalFiles } from "./localFiles.ts";
import { type ModelFiles, readJson } from "./modelFiles.ts";
import { type Listing, RemoteFiles } from "./remoteFiles.ts";
import { Storage } from "./storage.ts";
import { TOKENIZER_FILES } from "./tokenizerFiles.ts";

export interface SourceRequest {
  source: ModelSource;
  settings: FileSettings;
  /** The main thread's fetch, where the worker's own is not to be used. */
  fetch: RemoteFetch | undefined;
  report: LoadReport;
  /** What the reader should know, one sentence each. */
  notices: Set<string>;
}

/** The files of a checkpoint that are asked for by name. */
const FILES = ["config.json", "model.safetensors", "model.safetensors.index.json", ...TOKENIZER_FILES];

/** @throws ArgumentError, CheckpointError */
export async function openSource(request: SourceRequest): Promise<ModelFiles> {
  const { source, settings, report } = request;
  if (source.kind === "local") return LocalFiles.of(source.files, (name) => report.file(name));
  const fetch = fetchWith(settings, request.fetch);
  const downloader = new Downloader(fetch, settings.timeout);
  const folder = async (url: string, label: string): Promise<ModelFiles> => {
    const storage = await storageOf({ model: label }, request);
    await storage.describe();
    return new RemoteFiles({ label, url }, downloader, storage, report);
  };
  if (source.kind === "folder") return folder(source.url, source.url);

  const { id, revision } = source;
  if (settings.localModels) {
    const local = await folder(`${settings.localModels}${id}/`, id);
    if (!settings.allowRemoteModels || (await holdsModel(local))) return local;
  }
  if (!settings.allowRemoteModels) {
    throw new ArgumentError(
      `${id} is a hub id, and env.allowRemoteModels is false.`,
      "Set env.allowLocalModels and env.localModelPath to where it is, or pass its folder.",
      { model: id },
    );
  }
  return hub(id, revision, request, fetch, downloader);
}

async function hub(
  id: string,
  revision: string,
  request: SourceRequest,
  fetch: Fetch,
  downloader: Downloader,
): Promise<ModelFiles> {
  const { settings, report, notices } = request;
  const { remoteHost: host, remotePathTemplate } = settings;
  const storage = await storageOf({ model: id, revision, host }, request);
  const path = remotePathTemplate.replaceAll("{model}", id).replaceAll("{revision}", encodeURIComponent(revision));
  const listing = new HubListing({ host, id, revision }, fetch, storage, notices);
  return new RemoteFiles({ label: id, url: new URL(path, host).href, listing }, downloader, storage, report);
}

/** Of a hub's repository: what it lists now, or listed when files of it were kept, where it cannot be asked. */
class HubListing implements Listing {
  private readonly found = new Map<string, Identity | null>();
  private asking: Promise<void> | undefined;

  constructor(
    private readonly repository: { host: string; id: string; revision: string },
    private readonly fetch: Fetch,
    private readonly storage: Storage,
    private readonly notices: Set<string>,
  ) {}

  async find(name: string): Promise<Identity | null | undefined> {
    this.asking ??= this.ask(FILES);
    await this.asking;
    if (!this.found.has(name) && this.found.size > 0) await this.ask([name]);
    return this.found.get(name);
  }

  private async ask(names: readonly string[]): Promise<void> {
    const kept = Object.entries(this.storage.listing ?? {});
    // A commit never changes: what was listed once is what there is.
    if (isCommit(this.repository.revision) && names.every((name) => kept.some(([known]) => known === name))) {
      return this.add(kept);
    }
    try {
      const listing = await listHub(this.repository, names, this.fetch);
      if (!listing) return this.storage.describe();
      this.add(Object.entries(listing));
      await this.storage.describe(listing);
    } catch (error) {
      if (!isInterruption(error)) throw error;
      if (kept.length > 0) {
        this.notices.add(`${this.repository.host} could not be reached: what is kept in this browser is used.`);
        return this.add(kept);
      }
      // The files may be had all the same; if not, each says so itself.
      this.notices.add(`The list of ${this.repository.id}'s files could not be read: they are not checked against it.`);
      await this.storage.describe();
    }
  }

  private add(entries: [string, Identity | null][]): void {
    for (const [name, identity] of entries) this.found.set(name, identity);
  }
}

async function storageOf(
  source: { model: string; revision?: string; host?: string },
  { settings, notices }: SourceRequest,
): Promise<Storage> {
  return settings.useBrowserCache ? Storage.of(source, notices) : Storage.none(notices);
}

/** Whether a folder has a config.json: some servers answer any path, with a page. */
async function holdsModel(files: ModelFiles): Promise<boolean> {
  return (await readJson(files, "config.json").catch(() => undefined)) !== undefined;
}

const isCommit = (revision: string): boolean => /^[0-9a-f]{40}$/.test(revision);
