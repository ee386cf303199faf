import { CheckpointError } from "@insitu/program";

/** Reads a stream in pieces of the reader's own choosing, so that no file is ever held whole. */
export class ByteReader {
  private readonly source: ReadableStreamDefaultReader<Uint8Array>;
  private chunk = new Uint8Array(0);
  private used = 0;
  /** Bytes handed out so far. */
  position = 0;

  constructor(
    stream: ReadableStream<Uint8Array>,
    private readonly file: string,
    private readonly onBytes: (count: number) => void,
  ) {
    this.source = stream.getReader();
  }

  /** The next `count` bytes. Throws CheckpointError where the file ends before. */
  async take(count: number): Promise<Uint8Array> {
    const out = new Uint8Array(count);
    await this.each(count, (part, at) => out.set(part, at));
    return out;
  }

  /** Passes over `count` bytes. */
  async skip(count: number): Promise<void> {
    await this.each(count, () => {});
  }

  async close(): Promise<void> {
    await this.source.cancel().catch(() => {});
  }

  private async each(count: number, use: (part: Uint8Array, at: number) => void): Promise<void> {
    let done = 0;
    while (done < count) {
      if (this.used === this.chunk.length) await this.fill(count - done);
      const part = this.chunk.subarray(this.used, this.used + count - done);
      use(part, done);
      done += part.length;
      this.used += part.length;
      this.position += part.length;
    }
  }

  private async fill(missing: number): Promise<void> {
    let result: ReadableStreamReadResult<Uint8Array>;
    try {
      result = await this.source.read();
    } catch (error) {
      throw new CheckpointError(
        `The download of ${this.file} broke off at byte ${this.position}: ${error instanceof Error ? error.message : error}.`,
        "Try again; check the connection.",
        { file: this.file, offset: this.position },
      );
    }
    if (result.done) {
      throw new CheckpointError(
        `${this.file} ends at byte ${this.position}; at least ${missing} more bytes should follow.`,
        "The file is truncated; download it again.",
        { file: this.file, offset: this.position, missing },
      );
    }
    this.chunk = result.value as Uint8Array<ArrayBuffer>;
    this.used = 0;
    this.onBytes(result.value.length);
  }
}
