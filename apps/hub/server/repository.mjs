/** A repository as the hub knows it: files by commit, each with the hashes that the hub would give it. */
import { createHash } from "node:crypto";
import { createReadStream, readFileSync, statSync } from "node:fs";

/** Above this a file is stored by LFS, whatever its name. */
const LFS_SIZE = 10 * 1024 * 1024;
const LFS_NAMES = /\.(safetensors|bin)$/;

/** @typedef {Buffer | string | { path: string, sha256?: string }} FileContents `sha256` spares reading the file. */

/**
 * @typedef {object} Blob
 * @property {string} name
 * @property {number} size
 * @property {string} oid The git blob's sha1; an LFS file's is that of its pointer.
 * @property {{ sha256: string, pointerSize: number } | undefined} lfs
 * @property {Buffer | undefined} bytes Or else `path`.
 * @property {string | undefined} path
 * @property {Date} modified
 */

/** @typedef {{ commit: string, files: Map<string, Blob> }} Snapshot */

export class Repository {
  /** Every snapshot there ever was, by its commit. @type {Map<string, Snapshot>} */
  snapshots = new Map();
  /** Commits by branch. @type {Map<string, string>} */
  branches = new Map();

  /** @param {string} id @param {string} [token] Who reads it must send it. */
  constructor(id, token) {
    this.id = id;
    this.token = token;
  }

  /** A branch gets these files, and with them a commit. @param {string} branch @param {Record<string, FileContents>} files */
  async commit(branch, files) {
    const blobs = await Promise.all(Object.entries(files).map(([name, contents]) => blobOf(name, contents)));
    this.set(branch, new Map(blobs.map((blob) => [blob.name, blob])));
  }

  /** Adds or replaces a file: a new commit, while the old one can still be asked for. @param {string} name @param {FileContents} contents */
  async replace(name, contents, branch = "main") {
    const files = new Map(this.at(branch)?.files);
    files.set(name, await blobOf(name, contents));
    this.set(branch, files);
  }

  /** By branch or commit. @param {string} revision @returns {Snapshot | undefined} */
  at(revision) {
    const branch = revision === "HEAD" ? "main" : revision;
    return this.snapshots.get(this.branches.get(branch) ?? revision);
  }

  /** @param {string} branch @param {Map<string, Blob>} files */
  set(branch, files) {
    const sorted = [...files.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    const commit = sha1(sorted.map(({ name, oid }) => `${oid} ${name}\n`).join(""));
    this.snapshots.set(commit, { commit, files: new Map(sorted.map((blob) => [blob.name, blob])) });
    this.branches.set(branch, commit);
  }
}

/** @param {string} name @param {FileContents} contents @returns {Promise<Blob>} */
async function blobOf(name, contents) {
  const path = typeof contents === "object" && "path" in contents ? contents.path : undefined;
  const bytes = path ? undefined : Buffer.from(/** @type {Buffer} */ (contents));
  const size = path ? statSync(path).size : bytes.length;
  const file = { name, size, bytes, path, modified: new Date() };
  if (!LFS_NAMES.test(name) && size <= LFS_SIZE)
    return { ...file, oid: gitOid(bytes ?? readFileSync(path)), lfs: undefined };
  const sha256 = path
    ? (contents.sha256 ?? (await sha256OfFile(path)))
    : createHash("sha256").update(bytes).digest("hex");
  const pointer = Buffer.from(`version https://git-lfs.github.com/spec/v1\noid sha256:${sha256}\nsize ${size}\n`);
  return { ...file, oid: gitOid(pointer), lfs: { sha256, pointerSize: pointer.length } };
}

/** What `git hash-object` prints. */
function gitOid(bytes) {
  return createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}

async function sha256OfFile(path) {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest("hex");
}

const sha1 = (text) => createHash("sha1").update(text).digest("hex");
