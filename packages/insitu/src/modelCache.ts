import type { CachedModel, CacheQuery } from "@insitu/program";
import { EngineClient } from "./engineClient.ts";
import { startWorker } from "./worker.ts";

/** The models whose files this browser keeps for this site. Each call starts a worker, and ends it. */
export const modelCache = {
  /** What is kept: of all models, or of one, or of one revision of it. */
  list: (model?: string, revision?: string): Promise<CachedModel[]> => ask("listCached", model, revision),

  /** Deletes what is kept, and gives what that was. @throws RunError for a file that is being written. */
  delete: (model?: string, revision?: string): Promise<CachedModel[]> => ask("deleteCached", model, revision),

  /** Bytes kept. */
  size: async (model?: string, revision?: string): Promise<number> =>
    (await ask("listCached", model, revision)).reduce((n, { bytes }) => n + bytes, 0),
};

async function ask(
  what: "listCached" | "deleteCached",
  model: string | undefined,
  revision: string | undefined,
): Promise<CachedModel[]> {
  const client = new EngineClient(startWorker());
  try {
    return await client.cached(what, { model, revision } as CacheQuery);
  } finally {
    client.close();
  }
}
