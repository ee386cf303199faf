/** What a Hugging Face hub lists of a repository's files: sizes, and hashes to check them against. */

import { HubApiError, pathsInfo } from "@huggingface/hub";
import { CheckpointError } from "@insitu/program";
import { type Fetch, unreachable } from "./fetching.ts";
import type { Identity } from "./identity.ts";
import { remedyOf } from "./refusals.ts";

export interface HubRepository {
  /** With its slash. */
  host: string;
  id: string;
  revision: string;
}

/**
 * What is listed under each name, `null` where nothing is; undefined where the host offers no such list,
 * as plain mirrors do not.
 * @throws CheckpointError where the hub refuses; `resumable` where it cannot be reached.
 */
export async function listHub(
  { host, id, revision }: HubRepository,
  names: readonly string[],
  fetch: Fetch,
): Promise<Record<string, Identity | null> | undefined> {
  let unreached: unknown;
  const throughOurs = async (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    try {
      const headers = Object.fromEntries(new Headers(init.headers));
      return await fetch(String(input), { method: init.method ?? "GET", headers, body: init.body as string });
    } catch (error) {
      unreached = error;
      throw error;
    }
  };
  try {
    const found = await pathsInfo({
      repo: { type: "model", name: id },
      paths: [...names],
      revision,
      hubUrl: host.replace(/\/$/, ""),
      fetch: throughOurs as typeof globalThis.fetch,
    });
    const listing: Record<string, Identity | null> = Object.fromEntries(names.map((name) => [name, null]));
    for (const { path, size, oid, lfs } of found) {
      if (!(path in listing)) continue;
      const hash = lfs ? `sha256:${lfs.oid}` : `blob:${oid}`;
      listing[path] = { size: lfs?.size ?? size, ...(lfs || oid ? { hash } : {}) };
    }
    return listing;
  } catch (error) {
    if (unreached) throw unreachable(`The list of ${id}'s files`, host, unreached);
    if (!(error instanceof HubApiError)) return undefined;
    const { statusCode: status } = error;
    if (status !== 401 && status !== 403) return undefined;
    throw new CheckpointError(
      `${id}: ${host} answered ${status}: there is no such model, or it is private or gated.`,
      remedyOf(status),
      { file: id, url: error.url, status },
    );
  }
}
