/** The first origin: files by repository and revision, and the API. */
import { answerApi } from "./api.mjs";
import { answerFault } from "./exchange.mjs";
import { sizesUnder } from "./faults.mjs";
import { sendFile } from "./sendFile.mjs";

/** Where a repository without an owner has gone. */
const OWNERLESS = "openai-community";

/**
 * What both servers know.
 *
 * @typedef {object} HubState
 * @property {Map<string, import("./repository.mjs").Repository>} repositories
 * @property {import("./faults.mjs").Faults} faults
 * @property {(repo: string, blob: import("./repository.mjs").Blob) => string} sign The CDN's address of a file.
 */

/** @param {import("./exchange.mjs").Exchange} exchange @param {HubState} state */
export async function answerHub(exchange, state) {
  if (exchange.request.method === "OPTIONS") return exchange.preflight();
  const segments = exchange.url.pathname.split("/").slice(1).map(decodeURIComponent);
  const api = segments[0] === "api" && segments[1] === "models";
  const parts = api ? segments.slice(2) : segments;
  const verb = parts.findIndex((part) => ["resolve", "raw", "paths-info", "tree", "revision"].includes(part));
  const id = parts.slice(0, verb < 0 ? undefined : verb).join("/");
  const repository = state.repositories.get(id);
  if (!repository && state.repositories.has(`${OWNERLESS}/${id}`)) return moved(exchange, id);
  const [does, revision = "main", ...path] = verb < 0 ? [""] : parts.slice(verb);
  exchange.logged.repo = id;
  if (api) return answerApi(exchange, state, repository, { does, revision, path: path.join("/") });
  const file = path.join("/");
  exchange.logged.file = file;
  return answerFile(exchange, state, repository, { raw: does === "raw", revision, file });
}

async function answerFile(exchange, state, repository, { raw, revision, file }) {
  const refused = refusal(exchange, repository);
  if (refused) return exchange.error(401, ...refused);
  const snapshot = repository.at(revision);
  const blob = snapshot?.files.get(file);
  const lfs = blob?.lfs !== undefined && !raw;
  const fault = state.faults.befalling("hub", repository.id, file, !lfs);
  if (answerFault(exchange, fault)) return;
  if (!snapshot) return exchange.error(404, `Invalid rev id: ${revision}`, "RevisionNotFound");
  const known = { "X-Repo-Commit": snapshot.commit };
  if (!blob) {
    exchange.answer(
      404,
      { "X-Error-Code": "EntryNotFound", "X-Error-Message": "Entry not found", ...known },
      "Entry not found",
    );
    return;
  }
  if (!lfs) return answerSmall(exchange, blob, fault, known);
  const location = state.sign(repository.id, blob);
  exchange.answer(
    302,
    {
      ...known,
      Location: location,
      "Accept-Ranges": "bytes",
      "X-Linked-Size": String(sizesUnder(blob.size, fault).told),
      ...(fault.noEtag ? {} : { "X-Linked-ETag": `"${blob.lfs.sha256}"` }),
    },
    `Found. Redirecting to ${location}`,
  );
}

/** Straight from here. */
function answerSmall(exchange, blob, fault, known) {
  const etag = `"${blob.oid}"`;
  const headers = {
    ...known,
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Disposition": `inline; filename*=UTF-8''${blob.name}; filename="${blob.name}";`,
    "Accept-Ranges": "bytes",
    ...(fault.noEtag ? {} : { ETag: etag }),
  };
  if (!fault.noEtag && exchange.request.headers["if-none-match"] === etag) return exchange.answer(304, headers);
  return sendFile(exchange, blob, fault, headers);
}

/** Message and code where the repository is not there, or not for this reader. */
function refusal(exchange, repository) {
  if (!repository) return ["Invalid username or password.", "RepoNotFound"];
  if (!repository.token || exchange.request.headers.authorization === `Bearer ${repository.token}`) return undefined;
  const { id } = repository;
  return [
    `Access to model ${id} is restricted. You must have access to it and be authenticated to access it. Please log in.`,
    "GatedRepo",
  ];
}

/** 307, as the hub answers for names from before it had owners. */
function moved(exchange, id) {
  const location = `${exchange.url.pathname.replace(id, `${OWNERLESS}/${id}`)}${exchange.url.search}`;
  exchange.answer(307, { Location: location }, `Temporary Redirect. Redirecting to ${location}`);
}
