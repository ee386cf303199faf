/** One request, its answer, and its line in the log. */

/** What the hub exposes to pages of other origins. */
const EXPOSED =
  "X-Repo-Commit,X-Request-Id,X-Error-Code,X-Error-Message,X-Total-Count,ETag,Link,Accept-Ranges,Content-Range,X-Linked-Size,X-Linked-ETag,X-Xet-Hash";

/**
 * @typedef {object} LoggedRequest
 * @property {"hub" | "cdn"} origin
 * @property {string} method
 * @property {string} path With its query.
 * @property {string | null} repo
 * @property {string | null} file
 * @property {[number, number | null] | null} range As asked for.
 * @property {boolean} authorization Whether the header was sent.
 * @property {number} status 0 until it is answered.
 * @property {number} bytesSent Of the body, as they go.
 */

export class Exchange {
  /**
   * @param {"hub" | "cdn"} origin
   * @param {import("node:http").IncomingMessage} request
   * @param {import("node:http").ServerResponse} response
   */
  constructor(origin, request, response) {
    this.request = request;
    this.response = response;
    this.url = new URL(request.url ?? "/", "http://localhost");
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "");
    /** @type {LoggedRequest} */
    this.logged = {
      origin,
      method: request.method ?? "GET",
      path: request.url ?? "/",
      repo: null,
      file: null,
      range: range ? [Number(range[1]), range[2] === "" ? null : Number(range[2])] : null,
      authorization: request.headers.authorization !== undefined,
      status: 0,
      bytesSent: 0,
    };
  }

  /** The status and headers of an answer whose body follows. @param {number} status @param {Record<string, string>} headers */
  begin(status, headers) {
    this.logged.status = status;
    this.response.writeHead(status, {
      "Access-Control-Allow-Origin": "*",
      "Access-Control-Expose-Headers": EXPOSED,
      Vary: "Origin",
      ...headers,
    });
  }

  /** A whole answer. @param {number} status @param {Record<string, string>} headers @param {string | Buffer} body */
  answer(status, headers, body = "") {
    const bytes = Buffer.from(body);
    this.begin(status, { "Content-Length": String(bytes.length), ...headers });
    if (this.request.method === "HEAD" || status === 304) {
      this.response.end();
      return;
    }
    this.logged.bytesSent += bytes.length;
    this.response.end(bytes);
  }

  /** @param {number} status @param {unknown} value @param {Record<string, string>} headers */
  json(status, value, headers = {}) {
    this.answer(status, { "Content-Type": "application/json; charset=utf-8", ...headers }, JSON.stringify(value));
  }

  /** An error as the hub tells it. @param {number} status @param {string} message @param {string} [code] */
  error(status, message, code) {
    const coded = code ? { "X-Error-Code": code } : {};
    this.answer(status, { "Content-Type": "text/plain; charset=utf-8", "X-Error-Message": message, ...coded }, message);
  }

  /** What a browser asks before it sends a header of its own. `allowed` unless it may be any. @param {string} [allowed] */
  preflight(allowed) {
    this.answer(200, {
      "Access-Control-Allow-Methods": "GET,HEAD,POST,PUT,DELETE,OPTIONS",
      "Access-Control-Allow-Headers": allowed ?? this.request.headers["access-control-request-headers"] ?? "",
      "Access-Control-Max-Age": "86400",
    });
  }

  /** What was sent along. @returns {Promise<Buffer>} */
  async body() {
    const chunks = [];
    for await (const chunk of this.request) chunks.push(chunk);
    return Buffer.concat(chunks);
  }
}

/** Answers as a fault says that leaves nothing of the file; whether there was one. @param {Exchange} exchange @param {import("./faults.mjs").Fault} fault */
export function answerFault(exchange, { status, html, retryAfter }) {
  if (status !== undefined) {
    const later = retryAfter === undefined ? {} : { "Retry-After": String(retryAfter) };
    exchange.answer(status, { "Content-Type": "text/plain; charset=utf-8", ...later }, `${status} on demand`);
    return true;
  }
  if (!html) return false;
  exchange.answer(
    200,
    { "Content-Type": "text/html; charset=utf-8" },
    "<!doctype html><html><body>Sign in</body></html>",
  );
  return true;
}
