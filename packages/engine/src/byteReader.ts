import { CheckpointError } from "@insitu/program";

/** Reads bytes in pieces of the reader's own choosing, so that no file is ever held whole. */
export class ByteReader {
  private chunk = new Uint8Array(0);
  private used = 0;
  /** Bytes handed out so far. */
  position = 0;

  constructor(
    private readonly source: AsyncIterator<Uint8Array, void>,
    private readonly file: string,
  ) {}

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

  /** The next `count` bytes in the pieces they come in, with where each stands among them. */
  async each(count: number, use: (part: Uint8Array, at: number) => void | Promise<void>): Promise<void> {
    let done = 0;
    while (done < count) {
      if (this.used === this.chunk.length) await this.fill(count - done);
      const part = this.chunk.subarray(this.used, this.used + count - done);
      this.used += part.length;
      this.position += part.length;
      await use(part, done);
      done += part.length;
    }
  }

  private async fill(missing: number): Promise<void> {
    const { done, value } = await this.source.next();
    if (done) {
      throw new CheckpointError(
        `${this.file} ends at byte ${this.position}; at least ${missing} more bytes should follow.`,
        "The file is truncated; download it again.",
        { file: this.file, offset: this.position, missing },
      );
    }
    this.chunk = value as Uint8Array<ArrayBuffer>;
    this.used = 0;
  }
}
