/** Random checkpoints on disk: written once, and used again. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { mkdir, open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { randomCheckpoint } from "./checkpoint/randomCheckpoint.mjs";
import { modelOptions } from "./models.mjs";

/** Beside the files: what they were made of, and their sha256. */
const RECORD = "insitu.json";

/** Raised whenever the same options give other files. */
const GENERATOR = 1;

const CACHE = fileURLToPath(new URL("../../node_modules/.cache/insitu/", import.meta.url));

/** @typedef {{ path: string, size: number, sha256: string }} StoredFile */

/**
 * The folder of a named model, made unless it is there whole. It is written under another name and then
 * renamed, so that one that was interrupted is never taken for whole.
 *
 * @param {string} name Of models.json.
 * @param {{ folder?: string, options?: import("./checkpoint/randomCheckpoint.mjs").CheckpointOptions }} [where] Another folder
 *   than the cache's; options for a name of your own.
 * @returns {Promise<{ folder: string, files: Record<string, StoredFile> }>}
 */
export async function cachedCheckpoint(name, where = {}) {
  const options = where.options ?? modelOptions(name);
  const folder = where.folder ?? join(CACHE, name);
  const made = { generator: GENERATOR, options };
  const known = readRecord(folder, made);
  if (known) return { folder, files: known };
  const partial = `${folder}.partial-${process.pid}`;
  try {
    const files = await writeCheckpoint(options, partial);
    await writeFile(join(partial, RECORD), `${JSON.stringify({ made, files }, null, 2)}\n`);
    if (existsSync(folder) && !existsSync(join(folder, RECORD)))
      throw new Error(`${folder} is there, and is no folder that this made: remove it, or name another.`);
    rmSync(folder, { recursive: true, force: true });
    renameSync(partial, folder);
    return { folder, files: located(files, folder) };
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/**
 * Writes a checkpoint's files into a folder. Gives the size and sha256 of each.
 *
 * @param {import("./checkpoint/randomCheckpoint.mjs").CheckpointOptions} options
 * @param {string} folder
 * @returns {Promise<Record<string, { size: number, sha256: string }>>}
 */
async function writeCheckpoint(options, folder) {
  await mkdir(folder, { recursive: true });
  const files = {};
  for (const [name, { size, chunks }] of Object.entries(randomCheckpoint(options))) {
    const hash = createHash("sha256");
    const file = await open(join(folder, name), "w");
    try {
      for (const chunk of chunks()) {
        hash.update(chunk);
        await file.appendFile(chunk);
      }
    } finally {
      await file.close();
    }
    files[name] = { size, sha256: hash.digest("hex") };
  }
  return files;
}

function readRecord(folder, made) {
  const path = join(folder, RECORD);
  if (!existsSync(path)) return undefined;
  const record = JSON.parse(readFileSync(path, "utf8"));
  if (JSON.stringify(record.made) !== JSON.stringify(made)) return undefined;
  const files = located(record.files, folder);
  const whole = Object.values(files).every((f) => statSync(f.path, { throwIfNoEntry: false })?.size === f.size);
  return whole ? files : undefined;
}

function located(files, folder) {
  return Object.fromEntries(Object.entries(files).map(([name, file]) => [name, { ...file, path: join(folder, name) }]));
}
