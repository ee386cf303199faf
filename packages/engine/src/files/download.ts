/** A file from a server, taken up again from where the connection broke. */
import { CheckpointError } from "@insitu/program";
import { drop, type Fetch, unreachable, within } from "./fetching.ts";
import { type Identity, sameFile } from "./identity.ts";
import { isPage, refusal } from "./refusals.ts";

/** Attempts in a row that may bring nothing. */
const ATTEMPTS = 4;

/** `delay`: milliseconds before the second attempt; three times as many before each further. Tests set it. */
export const retries = { delay: 300 };

/** What is read at once, at most. */
const PIECE = 2 ** 20;

/** Answers after which it is worth asking again. */
const PASSING = [408, 425, 429, 500, 502, 503, 504];

export interface RemoteFile {
  name: string;
  url: string;
}

/** What a server answered, its body still to come. */
export interface Answer extends Identity {
  /** The offset of the body's first byte. */
  start: number;
  body: ReadableStream<Uint8Array>;
}

export class Downloader {
  constructor(
    private readonly fetch: Fetch,
    /** Milliseconds without a byte after which a connection counts as broken. */
    private readonly timeout: number,
  ) {}

  /**
   * Asks for a file from a byte on, up to another one where given; undefined where the server has none.
   * @throws CheckpointError
   */
  async open(file: RemoteFile, from?: number, to?: number): Promise<Answer | undefined> {
    const headers: Record<string, string> = from === undefined ? {} : { Range: `bytes=${from}-${to ?? ""}` };
    let response = await this.ask(file, headers);
    for (let attempt = 1; attempt < ATTEMPTS && PASSING.includes(response.status); attempt++) {
      drop(response.body);
      await pause(attempt);
      response = await this.ask(file, headers);
    }
    if (response.status === 404 || response.status === 410) return undefined;
    if (!response.ok || !response.body || isPage(response)) throw refusal(file, response, from ?? 0);
    return answerOf(response, from ?? 0);
  }

  /**
   * The bytes from `from` to the file's end, beginning with those of `answer`. A connection that breaks is
   * made again, from the byte where it broke.
   * @throws CheckpointError, `resumable` where another load may go on from there.
   */
  async *bytes(file: RemoteFile, answer: Answer, from: number): AsyncGenerator<Uint8Array, void> {
    let current = answer;
    let at = from;
    for (let barren = 0; ; barren++) {
      let cause: unknown;
      const before = at;
      try {
        // A server that knows no ranges begins at the beginning.
        let skip = at - current.start;
        for await (const piece of this.body(current.body)) {
          const part = piece.subarray(skip);
          skip = Math.max(0, skip - piece.length);
          if (part.length === 0) continue;
          at += part.length;
          yield part;
        }
      } catch (error) {
        cause = error;
      }
      if (at > before) barren = 0;
      const { size } = answer;
      if (size === undefined ? cause === undefined : at === size) return;
      if (size !== undefined && at > size) throw overlong(file, size, at);
      cause ??= new Error("the connection was closed");
      if (barren >= ATTEMPTS) throw broken(file, at, size, cause);
      current = await this.goOn(file, answer, at, cause, barren + 1);
    }
  }

  private async *body(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void> {
    const reader = readerOf(stream);
    try {
      for (;;) {
        const { done, value } = await within(this.timeout, reader.read());
        if (done || !value) return;
        yield value;
      }
    } finally {
      // Not awaited: a connection that has died may never answer.
      reader.cancel().catch(() => {});
    }
  }

  /** The rest of a file whose connection broke. */
  private async goOn(file: RemoteFile, first: Answer, at: number, cause: unknown, attempts: number): Promise<Answer> {
    for (let attempt = attempts; ; attempt++) {
      await pause(attempt);
      let next: Answer | undefined;
      try {
        next = await this.open(file, at);
      } catch (error) {
        const { status } = (error as CheckpointError).details ?? {};
        if (status !== undefined) throw error;
        if (attempt >= ATTEMPTS) throw broken(file, at, first.size, cause);
        continue;
      }
      if (next && (sameFile(first, next) || !(first.etag ?? first.modified))) return next;
      drop(next?.body);
      throw new CheckpointError(
        `${file.name} changed on the server while it was downloaded, at byte ${at}.`,
        "Nothing of it is kept; load again.",
        { file: file.name, url: file.url, offset: at },
      );
    }
  }

  private async ask({ name, url }: RemoteFile, headers: Record<string, string>): Promise<Response> {
    try {
      // insitu keeps files itself; the browser's own cache would keep them twice, and may be stale.
      return await this.fetch(url, { headers, cache: "no-store" });
    } catch (error) {
      throw unreachable(name, url, error);
    }
  }
}

function answerOf(response: Response, from: number): Answer {
  const { headers, status } = response;
  const etag = headers.get("etag");
  const modified = headers.get("last-modified");
  // Of a compressed answer, the length counts other bytes than those that arrive.
  const length = headers.get("content-encoding") ? null : headers.get("content-length");
  const range = /bytes (\d+)-\d+\/(\d+)/.exec(headers.get("content-range") ?? "");
  const start = status === 206 ? Number(range?.[1] ?? from) : 0;
  const size = range ? Number(range[2]) : length === null ? undefined : start + Number(length);
  return {
    start,
    body: response.body as ReadableStream<Uint8Array>,
    ...(size === undefined ? {} : { size }),
    ...(etag ? { etag } : {}),
    ...(modified ? { modified } : {}),
  };
}

/**
 * Reads into one buffer again and again, where the browser can: the half gigabyte of a model would
 * otherwise pass through as many new ones, and wait in memory to be collected.
 */
function readerOf(stream: ReadableStream<Uint8Array>): {
  read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
  cancel(): Promise<void>;
} {
  let reader: ReadableStreamBYOBReader;
  try {
    reader = stream.getReader({ mode: "byob" });
  } catch {
    // Not a stream of bytes, as those that are no network's: a test's own, or another thread's.
    return stream.getReader();
  }
  let buffer = new ArrayBuffer(PIECE);
  return {
    async read() {
      const { done, value } = await reader.read(new Uint8Array(buffer));
      if (value) buffer = value.buffer as ArrayBuffer;
      return { done, value };
    },
    cancel: () => reader.cancel(),
  };
}

const pause = (attempt: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, retries.delay * 3 ** (attempt - 1)));

function broken({ name, url }: RemoteFile, offset: number, size: number | undefined, cause: unknown): CheckpointError {
  const of = size === undefined ? "" : ` of ${size}`;
  return new CheckpointError(
    `The download of ${name} broke off at byte ${offset}${of}: ${cause instanceof Error ? cause.message : cause}.`,
    "Check the connection and load again: where files are kept, it goes on from there.",
    { file: name, url, offset, ...(size === undefined ? {} : { size }), resumable: true },
  );
}

function overlong({ name, url }: RemoteFile, size: number, offset: number): CheckpointError {
  return new CheckpointError(
    `${name} goes on after byte ${size}, where the server said it ends.`,
    "The server is at fault; load again, or from another mirror.",
    { file: name, url, size, offset },
  );
}
