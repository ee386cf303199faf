/** Sends a file or a range of it, as slowly and as wrongly as a fault says. */

import { createReadStream } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { sizesUnder } from "./faults.mjs";

/** What is taken from memory or disk at once. */
const PIECE = 64 * 1024;

/**
 * 200, 206 or 416 as the request's Range says. Waits where the client does not read on.
 *
 * @param {import("./exchange.mjs").Exchange} exchange
 * @param {import("./repository.mjs").Blob} blob
 * @param {import("./faults.mjs").Fault} fault
 * @param {Record<string, string>} headers
 */
export async function sendFile(exchange, blob, fault, headers) {
  const { request, response } = exchange;
  const { real, told } = sizesUnder(blob.size, fault);
  const asked = fault.ignoreRange || staleRange(request, headers) ? "whole" : rangeOf(request.headers.range, told);
  if (asked === "unsatisfiable") {
    exchange.answer(416, { ...headers, "Content-Range": `bytes */${told}`, "Content-Length": "0" });
    return;
  }
  const [from, to] = asked === "whole" ? [0, told - 1] : asked;
  const length = { "Content-Length": String(to - from + 1) };
  // An answer that is shorter or longer than it says leaves the connection useless.
  const honest = told === real ? {} : { Connection: "close" };
  if (asked === "whole") exchange.begin(200, { ...headers, ...length, ...honest });
  else exchange.begin(206, { ...headers, ...length, ...honest, "Content-Range": `bytes ${from}-${to}/${told}` });
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  const end = asked === "whole" ? real : Math.min(to + 1, real);
  await sendBytes(exchange, blob, { from, end, complete: end === to + 1 }, fault);
}

async function sendBytes(exchange, blob, { from, end, complete }, { stall, cut, flip, slow }) {
  const { response } = exchange;
  const cutAt = cut !== undefined && from < cut && cut < end ? cut : undefined;
  const stallAt = stall !== undefined && from + stall < end ? from + stall : undefined;
  const stop = Math.min(cutAt ?? end, stallAt ?? end);
  let at = from;
  // Headers alone are something that was sent.
  response.flushHeaders();
  for await (const piece of piecesOf(blob, from, stop, slow ? Math.max(1, Math.ceil(slow / 20)) : PIECE)) {
    if (response.destroyed) return;
    const bytes = flip !== undefined && at <= flip && flip < at + piece.length ? flipped(piece, flip - at) : piece;
    at += bytes.length;
    exchange.logged.bytesSent += bytes.length;
    if (!response.write(bytes)) await drained(response);
    if (slow) await sleep((1000 * bytes.length) / slow);
  }
  if (stop === stallAt && stallAt !== cutAt) return;
  if (stop === cutAt || !complete) {
    // What was written goes out first: that it is cut is what the client should see, and where.
    response.write("", () => response.socket?.end());
    return;
  }
  response.end();
}

/** Until the client has read on, or is gone. */
function drained(response) {
  return new Promise((resolve) => {
    const done = () => {
      response.off("drain", done);
      response.off("close", done);
      resolve();
    };
    response.on("drain", done);
    response.on("close", done);
    if (response.destroyed) done();
  });
}

/** @param {import("./repository.mjs").Blob} blob */
async function* piecesOf({ bytes, path }, from, end, size) {
  if (end <= from) return;
  if (path) {
    yield* createReadStream(path, { start: from, end: end - 1, highWaterMark: size });
    return;
  }
  for (let at = from; at < end; at += size) yield bytes.subarray(at, Math.min(at + size, end));
}

function flipped(piece, at) {
  const copy = Buffer.from(piece);
  copy[at] ^= 1;
  return copy;
}

/** `If-Range` names another version than this: the whole is sent. */
function staleRange(request, headers) {
  const condition = request.headers["if-range"];
  return condition !== undefined && condition !== headers.ETag && condition !== headers["Last-Modified"];
}

/** One range, as browsers ask for. What is none is passed over, as RFC 9110 says. */
function rangeOf(header, size) {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
  if (!match || (match[1] === "" && match[2] === "")) return "whole";
  const [first, last] = [match[1], match[2]].map((n) => (n === "" ? undefined : Number(n)));
  const from = first ?? Math.max(0, size - last);
  const to = first === undefined || last === undefined ? size - 1 : Math.min(last, size - 1);
  if (from >= size || (first === undefined && last === 0)) return "unsatisfiable";
  return from > to ? "whole" : [from, to];
}
