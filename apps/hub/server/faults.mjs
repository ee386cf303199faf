/** What is to go wrong, with which file, at which hop, and how often. */

/**
 * Several kinds may stand in one fault. Offsets count from the file's beginning, whatever range was asked for.
 *
 * @typedef {object} Fault
 * @property {string} [repo] Any unless given.
 * @property {string} [file] Any unless given.
 * @property {"hub" | "cdn" | "api"} [hop] Where. Unless given, what sends the file's bytes: the CDN for those of LFS,
 *   the hub for others; `length` and `truncate` then show wherever the size is told.
 * @property {number} [nth] The first request (of those that match, from 1) that it befalls; 1 unless given.
 * @property {number} [times] How many requests it befalls; all, until it is cleared, unless given.
 * @property {number} [status] Answers with this instead.
 * @property {number} [retryAfter] Seconds, beside a `status`.
 * @property {number} [stall] Sends so many bytes of the answer, then nothing, and leaves the connection open.
 * @property {number} [cut] Destroys the connection at this offset; a request that begins there or beyond is not cut.
 * @property {number} [length] Claims so many bytes more (or fewer) than the file has, wherever its size is told.
 * @property {number} [flip] Flips a bit at this offset.
 * @property {boolean} [html] Answers 200 with a web page.
 * @property {boolean} [ignoreRange] Answers 200 with the whole file.
 * @property {boolean} [noEtag] Leaves out ETag and X-Linked-ETag.
 * @property {number} [slow] Bytes a second.
 * @property {number} [truncate] The file lacks its last so many bytes, and its size says so too.
 */

const KINDS = "status stall cut length flip html ignoreRange noEtag slow truncate".split(" ");
const PLACES = ["repo", "file", "hop", "nth", "times", "retryAfter"];

export class Faults {
  /** @type {{ fault: Fault, seen: number }[]} */
  #set = [];

  /** @param {Fault} fault @throws Error for a fault that is none. */
  add(fault) {
    const unknown = Object.keys(fault).filter((key) => !KINDS.includes(key) && !PLACES.includes(key));
    if (unknown.length > 0 || !KINDS.some((kind) => fault[kind] !== undefined))
      throw new Error(`${JSON.stringify(fault)} is no fault: it needs one of ${KINDS.join(", ")}.`);
    this.#set.push({ fault, seen: 0 });
  }

  clear() {
    this.#set = [];
  }

  /**
   * Everything that befalls this request, which counts as one.
   *
   * @param {"hub" | "cdn" | "api"} hop @param {string} repo @param {string | undefined} file
   * @param {boolean} sends Whether the file's bytes come from here.
   * @returns {Fault}
   */
  befalling(hop, repo, file, sends) {
    const now = {};
    for (const entry of this.#set) {
      const { fault } = entry;
      const { repo: r = repo, file: f = file, nth = 1, times = Number.POSITIVE_INFINITY } = fault;
      const sized = fault.length !== undefined || fault.truncate !== undefined;
      const here = fault.hop ? fault.hop === hop : sends || sized;
      if (r !== repo || f !== file || !here) continue;
      entry.seen++;
      if (entry.seen >= nth && entry.seen < nth + times) Object.assign(now, entry.fault);
    }
    return now;
  }
}

/** The size that is told of a file, and the one it has. @param {number} size @param {Fault} fault */
export function sizesUnder(size, { truncate = 0, length = 0 }) {
  const real = Math.max(0, size - truncate);
  return { real, told: real + length };
}
