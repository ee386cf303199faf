/** What tells one version of a file from another, as far as a server says. */
export interface Identity {
  /** Bytes of the whole file. */
  size?: number;
  /** `sha256:` or, of small files in git, `blob:` (git's own SHA-1), in hex: the contents can be checked against it. */
  hash?: string;
  etag?: string;
  /** The Last-Modified header. */
  modified?: string;
}

/** Whether both are surely the same bytes: by the strongest sign that both have. */
export function sameFile(a: Identity, b: Identity): boolean {
  if (a.size !== undefined && b.size !== undefined && a.size !== b.size) return false;
  if (a.hash && b.hash) return a.hash === b.hash;
  if (a.etag && b.etag) return strong(a.etag) === strong(b.etag);
  return a.modified !== undefined && a.modified === b.modified;
}

/** The same without the mark of a weak ETag: servers put it on or off as they compress. */
const strong = (etag: string): string => etag.replace(/^W\//, "");
