/** Checks a file against the hash its hub gives, while it passes. */
import { CheckpointError } from "@insitu/program";
import { createSHA1, createSHA256, type IHasher } from "hash-wasm";
import type { Identity } from "./identity.ts";

export class Checksum {
  private constructor(
    private readonly kind: string,
    private readonly wanted: string,
    private readonly hasher: IHasher,
  ) {}

  /** Undefined where the server gives no hash to check against. */
  static async of({ hash, size }: Identity): Promise<Checksum | undefined> {
    const [kind, wanted] = (hash ?? "").split(":") as [string, string | undefined];
    if (!wanted) return undefined;
    if (kind === "sha256") return new Checksum(kind, wanted, await createSHA256());
    // Git hashes a file behind a line of its own.
    const hasher = await createSHA1();
    return new Checksum("git blob", wanted, hasher.update(`blob ${size}\0`));
  }

  update(bytes: Uint8Array): void {
    this.hasher.update(bytes);
  }

  /** @throws CheckpointError where the bytes that passed are not the hub's. */
  assert(file: string, bytes: number): void {
    const found = this.hasher.digest();
    if (found === this.wanted) return;
    throw new CheckpointError(
      `${file}: its ${bytes} bytes are not those the hub lists: their ${this.kind} hash is ${short(found)}, not ${short(this.wanted)}.`,
      "It was damaged on its way, and nothing of it is kept; load again.",
      { file, offset: bytes, hash: found, expected: this.wanted },
    );
  }
}

const short = (hash: string): string => `${hash.slice(0, 12)}…`;
