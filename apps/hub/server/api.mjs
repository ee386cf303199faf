/** `/api/models/…`: what a repository holds. Of gated ones too, as on the hub: only their files need a token. */
import { answerFault } from "./exchange.mjs";
import { sizesUnder } from "./faults.mjs";

/**
 * @param {import("./exchange.mjs").Exchange} exchange
 * @param {import("./hubServer.mjs").HubState} state
 * @param {import("./repository.mjs").Repository | undefined} repository
 * @param {{ does: string, revision: string, path: string }} asked
 */
export async function answerApi(exchange, state, repository, { does, revision, path }) {
  const fail = (status, error, code) =>
    exchange.json(status, { error }, { "X-Error-Code": code, "X-Error-Message": error });
  if (!repository) return fail(401, "Invalid username or password.", "RepoNotFound");
  if (answerFault(exchange, state.faults.befalling("api", repository.id, undefined, false))) return;
  const snapshot = repository.at(revision);
  if (!snapshot) return fail(404, `Invalid rev id: ${revision}`, "RevisionNotFound");
  const entryOf = (blob) => entry(blob, state.faults.befalling("api", repository.id, blob.name, false));
  const headers = { "X-Repo-Commit": snapshot.commit };
  if (does === "paths-info") {
    const { paths } = JSON.parse((await exchange.body()).toString() || "{}");
    const wanted = (Array.isArray(paths) ? paths : [paths]).map((name) => snapshot.files.get(name));
    return exchange.json(200, wanted.filter((blob) => blob !== undefined).map(entryOf), headers);
  }
  if (does === "tree") {
    const recursive = exchange.url.searchParams.get("recursive") === "true";
    return exchange.json(200, treeOf(snapshot, path, recursive, entryOf), headers);
  }
  return exchange.json(200, infoOf(repository, snapshot), headers);
}

function entry(blob, fault) {
  const size = sizesUnder(blob.size, fault).told;
  const { lfs } = blob;
  return {
    type: "file",
    oid: blob.oid,
    size,
    ...(lfs ? { lfs: { oid: lfs.sha256, size, pointerSize: lfs.pointerSize } } : {}),
    path: blob.name,
  };
}

/** Files of a folder, and the folders in it, or all below it. */
function treeOf(snapshot, path, recursive, entryOf) {
  const folder = path === "" ? "" : `${path}/`;
  const below = [...snapshot.files.values()].filter(({ name }) => name.startsWith(folder));
  const deeper = (name) => name.slice(folder.length).includes("/");
  const folders = new Set(
    below
      .map(({ name }) => name)
      .filter(deeper)
      .map((name) => folder + name.slice(folder.length).split("/")[0]),
  );
  return [
    ...[...folders].map((name) => ({ type: "directory", oid: snapshot.commit, size: 0, path: name })),
    ...below.filter(({ name }) => recursive || !deeper(name)).map(entryOf),
  ];
}

function infoOf({ id, token }, { commit, files }) {
  const modified = Math.max(...[...files.values()].map((blob) => blob.modified.getTime()));
  return {
    _id: commit.slice(0, 24),
    id,
    modelId: id,
    sha: commit,
    author: id.split("/")[0],
    private: false,
    gated: token === undefined ? false : "manual",
    disabled: false,
    downloads: 0,
    likes: 0,
    lastModified: new Date(modified).toISOString(),
    tags: ["gpt2", "text-generation"],
    pipeline_tag: "text-generation",
    siblings: [...files.keys()].map((rfilename) => ({ rfilename })),
  };
}
