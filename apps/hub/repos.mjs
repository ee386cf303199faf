/** Repositories for the look-alike: of named random models, in memory or on disk, and of folders. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { cachedCheckpoint } from "./cachedCheckpoint.mjs";
import { bytesOf } from "./checkpoint/randomCheckpoint.mjs";
import { namedCheckpoint } from "./models.mjs";

/** @typedef {import("./lookalike.mjs").Repo} Repo */

/** A small model of models.json, held in memory. @param {string} name @returns {Repo} */
export function repoInMemory(name) {
  const files = Object.entries(namedCheckpoint(name)).map(([file, made]) => [file, bytesOf(made)]);
  return { files: Object.fromEntries(files) };
}

/** A model of models.json on disk, made unless it is there. @param {string} name @returns {Promise<Repo>} */
export async function repoOnDisk(name) {
  const { files } = await cachedCheckpoint(name);
  return { files };
}

/** Every file of a folder and of the folders in it; hidden ones aside. @param {string} folder @returns {Repo} */
export function repoOfFolder(folder) {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => !/(^|\/)\./.test(name) && statSync(join(folder, name)).isFile());
  return { files: Object.fromEntries(names.map((name) => [name, { path: join(folder, name) }])) };
}
