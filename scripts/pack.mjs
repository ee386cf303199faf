/** `node scripts/pack.mjs FOLDER`: builds and packs what is published, as `npm publish` would, and makes projects that use it. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { buildPackages } from "./buildPackages.mjs";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** Folders of `packages` that are published, each after those it needs. */
export const PUBLISHED = ["program", "insitu", "analysis", "react"];

/** Packs each into `folder`. Gives the tarballs' paths by the packages' names. */
export async function packAll(folder) {
  await buildPackages();
  mkdirSync(folder, { recursive: true });
  const { packageManager } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  return Object.fromEntries(
    PUBLISHED.map((name) => {
      const from = join(ROOT, "packages", name);
      run("npx", ["--yes", packageManager, "pack", "--pack-destination", resolve(folder)], from);
      const { name: published, version } = JSON.parse(readFileSync(join(from, "package.json"), "utf8"));
      const file = `${published.replace("@", "").replace("/", "-")}-${version}.tgz`;
      return [published, join(resolve(folder), file)];
    }),
  );
}

/**
 * Makes a project in `folder` from a template's files, as a stranger's: with the tarballs in the place of published
 * packages, and npm to install them.
 */
export function makeProject(template, folder, tarballs) {
  rmSync(folder, { recursive: true, force: true });
  cpSync(template, folder, { recursive: true });
  const file = join(folder, "package.json");
  const project = JSON.parse(readFileSync(file, "utf8"));
  // All of them: what one needs of another is not in any registry yet.
  const ours = Object.fromEntries(Object.entries(tarballs).map(([name, path]) => [name, `file:${path}`]));
  project.dependencies = { ...project.dependencies, ...ours };
  writeFileSync(file, JSON.stringify(project, null, 2));
  run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"], folder);
}

/** @throws Error with what the program said, where it fails. */
export function run(command, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} in ${cwd}:\n${stdout}\n${stderr}\n${error ?? ""}`);
  return stdout;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, file] of Object.entries(await packAll(process.argv[2] ?? ".cache/packs")))
    console.log(`${name}: ${file}`);
}
