/**
 * Something that behaves as the Hugging Face hub does, on this machine: two origins, redirects, hashes, errors and
 * the API; and that fails on demand.
 */
import { createServer } from "node:http";
import { answerCdn, SignedFiles } from "./server/cdnServer.mjs";
import { answerControl } from "./server/control.mjs";
import { Exchange } from "./server/exchange.mjs";
import { Faults } from "./server/faults.mjs";
import { answerHub } from "./server/hubServer.mjs";
import { Repository } from "./server/repository.mjs";

/** @typedef {import("./server/repository.mjs").FileContents} FileContents */

/**
 * @typedef {object} Repo
 * @property {Record<string, FileContents>} files Those of `main`.
 * @property {string} [token] Gated: files are for who sends it.
 * @property {Record<string, Record<string, FileContents>>} [revisions] Other branches and tags.
 */

/**
 * @typedef {object} Hub
 * @property {string} url Without a slash at its end.
 * @property {string} cdnUrl
 * @property {import("./server/exchange.mjs").LoggedRequest[]} requests Every request to either origin, in order; those
 *   under `/__control/` aside.
 * @property {(fault: import("./server/faults.mjs").Fault) => void} setFault One more.
 * @property {() => void} clearFaults
 * @property {() => void} resetRequests
 * @property {(repo: string, file: string, contents: FileContents, branch?: string) => Promise<void>} replaceFile
 *   Adds or replaces it: a new commit.
 * @property {(repo: string, revision?: string) => string} commitOf 40 hex digits.
 * @property {() => Promise<void>} close Also what stalls.
 */

/**
 * @param {{ repos: Record<string, Repo>, port?: number, cdnPort?: number }} options Free ports unless given.
 * @returns {Promise<Hub>}
 */
export async function startHub({ repos, port = 0, cdnPort = 0 }) {
  const repositories = new Map();
  for (const [id, repo] of Object.entries(repos)) repositories.set(id, await repositoryOf(id, repo));
  const repositoryNamed = (id) => {
    const found = repositories.get(id);
    if (!found) throw new Error(`There is no repository ${id}.`);
    return found;
  };
  const faults = new Faults();
  const signed = new SignedFiles();
  /** @type {import("./server/exchange.mjs").LoggedRequest[]} */
  const requests = [];
  /** @type {Hub} */
  const hub = {
    url: "",
    cdnUrl: "",
    requests,
    setFault: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    resetRequests: () => {
      requests.length = 0;
    },
    replaceFile: (repo, file, contents, branch) => repositoryNamed(repo).replace(file, contents, branch),
    commitOf: (repo, revision = "main") => repositoryNamed(repo).at(revision).commit,
    close: async () => {
      await Promise.all([main, cdn].map(closed));
    },
  };
  const state = { repositories, faults, sign: (repo, blob) => `${hub.cdnUrl}${signed.sign(repo, blob)}` };
  const main = serverOf("hub", requests, (exchange) =>
    exchange.url.pathname.startsWith("/__control/") ? answerControl(exchange, hub) : answerHub(exchange, state),
  );
  const cdn = serverOf("cdn", requests, (exchange) => answerCdn(exchange, state, signed));
  hub.url = await listening(main, port);
  hub.cdnUrl = await listening(cdn, cdnPort);
  return hub;
}

async function repositoryOf(id, { files, token, revisions = {} }) {
  const repository = new Repository(id, token);
  await repository.commit("main", files);
  for (const [branch, of] of Object.entries(revisions)) await repository.commit(branch, of);
  return repository;
}

function serverOf(origin, requests, answer) {
  return createServer((request, response) => {
    const exchange = new Exchange(origin, request, response);
    if (!exchange.url.pathname.startsWith("/__control/")) requests.push(exchange.logged);
    Promise.resolve(answer(exchange)).catch((error) => {
      // A client that goes away is its own business.
      if (!response.destroyed) console.error(error);
      response.destroy();
    });
  });
}

async function listening(server, port) {
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return `http://127.0.0.1:${server.address().port}`;
}

async function closed(server) {
  const done = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await done;
}
