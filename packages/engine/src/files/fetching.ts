/** The fetch that files come by: the worker's own, or one of the main thread's. */
import { CheckpointError, type FetchInit, type FileSettings, type RemoteFetch } from "@insitu/program";

export type Fetch = (url: string, init: FetchInit) => Promise<Response>;

/** Adds the token to what goes to its host, and gives up on a host that says nothing. */
export function fetchWith(settings: FileSettings, remote: RemoteFetch | undefined): Fetch {
  const { token, remoteHost, timeout } = settings;
  return (url, init) => {
    const headers = { ...init.headers };
    if (token && new URL(url).origin === new URL(remoteHost).origin) headers["Authorization"] = `Bearer ${token}`;
    const request = { ...init, headers };
    return within(timeout, remote ? viaMainThread(remote, url, request) : fetch(url, request));
  };
}

/** @throws Error where the work says nothing for so many milliseconds; it is left to itself. */
export async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing came for ${milliseconds / 1000} s`)), milliseconds);
  });
  try {
    return await Promise.race([work, silence]);
  } finally {
    clearTimeout(timer);
  }
}

async function viaMainThread(remote: RemoteFetch, url: string, init: FetchInit): Promise<Response> {
  const { status, statusText, headers, body } = await remote(url, init);
  return new Response(body as ReadableStream | null, { status, statusText, headers });
}

/** Ends what a server is sending. One that has failed already says so once more, to nobody. */
export function drop(body: ReadableStream | null | undefined): void {
  body?.cancel().catch(() => {});
}

/** What went wrong between here and the server; the load may be tried again. */
export function unreachable(file: string, url: string, error: unknown): CheckpointError {
  return new CheckpointError(
    `${file} could not be fetched from ${url}: ${error instanceof Error ? error.message : error}.`,
    "Check the address, the connection, and the server's CORS headers.",
    { file, url, resumable: true },
  );
}

/** Whether what failed was the connection, or the server for a while. */
export const isInterruption = (error: unknown): boolean =>
  error instanceof CheckpointError && error.details["resumable"] === true;

/** Whether the bytes that have come are good all the same: it was not they that failed. */
export const sparesBytes = (error: unknown): boolean =>
  isInterruption(error) || [401, 403].includes((error as CheckpointError).details?.["status"] as number);
