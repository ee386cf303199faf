/** The second origin: the bytes of LFS files, under addresses that the hub signs. */
import { createHash, randomUUID } from "node:crypto";
import { answerFault } from "./exchange.mjs";
import { sendFile } from "./sendFile.mjs";

/** How long an address is good for. */
const GOOD_FOR_MS = 60 * 60 * 1000;

/** Addresses that were given out. */
export class SignedFiles {
  /** @type {Map<string, { repo: string, blob: import("./repository.mjs").Blob, expires: number }>} */
  #signed = new Map();

  /** Path and query; another one each time, as a CDN's. @param {string} repo @param {import("./repository.mjs").Blob} blob */
  sign(repo, blob) {
    const expires = Math.floor((Date.now() + GOOD_FOR_MS) / 1000);
    const signature = createHash("sha256").update(`${repo} ${blob.name} ${expires} ${randomUUID()}`).digest("hex");
    this.#signed.set(signature, { repo, blob, expires });
    const query = new URLSearchParams({
      "response-content-disposition": `inline; filename*=UTF-8''${blob.name}; filename="${blob.name}";`,
      Expires: String(expires),
      Signature: signature,
    });
    return `/cdn/${blob.lfs?.sha256}?${query}`;
  }

  /** What an address was given out for; undefined for one that never was, or has expired. @param {URL} url */
  find(url) {
    const found = this.#signed.get(url.searchParams.get("Signature") ?? "");
    const fits = found && url.pathname === `/cdn/${found.blob.lfs?.sha256}` && found.expires * 1000 > Date.now();
    return fits ? found : undefined;
  }
}

/**
 * @param {import("./exchange.mjs").Exchange} exchange
 * @param {import("./hubServer.mjs").HubState} state
 * @param {SignedFiles} signed
 */
export async function answerCdn(exchange, state, signed) {
  // A CDN lets pages send no header that it does not know.
  if (exchange.request.method === "OPTIONS") return exchange.preflight("Range, Authorization");
  const found = signed.find(exchange.url);
  if (!found) {
    const body = "<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>";
    return exchange.answer(403, { "Content-Type": "application/xml" }, body);
  }
  const { repo, blob } = found;
  exchange.logged.repo = repo;
  exchange.logged.file = blob.name;
  const fault = state.faults.befalling("cdn", repo, blob.name, true);
  if (answerFault(exchange, fault)) return;
  await sendFile(exchange, blob, fault, {
    "Content-Type": "application/octet-stream",
    "Accept-Ranges": "bytes",
    "Last-Modified": blob.modified.toUTCString(),
    // CDNs have hashes of their own.
    ...(fault.noEtag
      ? {}
      : {
          ETag: `"${createHash("md5")
            .update(blob.lfs?.sha256 ?? "")
            .digest("hex")}"`,
        }),
  });
}
