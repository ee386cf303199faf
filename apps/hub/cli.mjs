/** The look-alike by hand: see USAGE. */
import { statSync } from "node:fs";
import { parseArgs } from "node:util";
import { startHub } from "./lookalike.mjs";
import { repoOfFolder, repoOnDisk } from "./repos.mjs";

const USAGE = `node apps/hub/cli.mjs --repo OWNER/NAME=SOURCE [--repo …] [--token OWNER/NAME=TOKEN] [--port N] [--cdn-port N]

  SOURCE is a folder, or random:NAME for a model of apps/hub/models.json (random:gpt2 is 548 MB, made once).`;

try {
  const { repos, port, cdnPort } = await read();
  const hub = await startHub({ repos, port, cdnPort });
  console.log(`The hub is at ${hub.url}, its CDN at ${hub.cdnUrl}. It holds:`);
  for (const id of Object.keys(repos)) console.log(`  LanguageModel.load("${hub.url}/${id}/resolve/main/")`);
  const [first] = Object.keys(repos);
  console.log(`Make it fail, see what was asked for, and mend it:
  curl -X POST ${hub.url}/__control/faults -d '{"repo": "${first}", "file": "model.safetensors", "cut": 1000}'
  curl ${hub.url}/__control/requests
  curl -X DELETE ${hub.url}/__control/faults
Ctrl-C ends it.`);
} catch (error) {
  console.error(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}

async function read() {
  const { values } = parseArgs({
    options: {
      repo: { type: "string", multiple: true, default: [] },
      token: { type: "string", multiple: true, default: [] },
      port: { type: "string", default: "8787" },
      "cdn-port": { type: "string", default: "0" },
    },
  });
  if (values.repo.length === 0) throw new Error("Give at least one --repo.");
  const repos = {};
  for (const given of values.repo) {
    const [id, source] = halves(given, "--repo");
    repos[id] = source.startsWith("random:") ? await repoOnDisk(source.slice("random:".length)) : folder(source);
  }
  for (const given of values.token) {
    const [id, token] = halves(given, "--token");
    if (!repos[id]) throw new Error(`--token names ${id}, which no --repo is.`);
    repos[id].token = token;
  }
  return { repos, port: portOf(values.port), cdnPort: portOf(values["cdn-port"]) };
}

function halves(text, option) {
  const [id, rest] = [text.slice(0, text.indexOf("=")), text.slice(text.indexOf("=") + 1)];
  if (!/^[\w.-]+\/[\w.-]+$/.test(id) || rest === "") throw new Error(`${option} ${text}: write OWNER/NAME=….`);
  return [id, rest];
}

function folder(path) {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw new Error(`There is no folder ${path}.`);
  return repoOfFolder(path);
}

function portOf(text) {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error(`${text} is no port.`);
  return port;
}
