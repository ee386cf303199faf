/** Packs what is published, and installs it as a stranger would. `node scripts/pack.mjs [folder]` leaves the tarballs there. */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { buildPackages, fingerprint } from "./buildPackages.mjs";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
/** Found again as long as nothing changes. */
const CACHE = join(ROOT, "node_modules/.cache/insitu-pack");

/** Of every published package: its name, its folder, and what is in its package.json. */
export function published() {
  return readdirSync(join(ROOT, "packages"))
    .map((name) => join(ROOT, "packages", name))
    .filter((folder) => existsSync(join(folder, "package.json")))
    .map((folder) => ({ folder, manifest: readJson(join(folder, "package.json")) }))
    .filter(({ manifest }) => !manifest.private)
    .map(({ folder, manifest }) => ({ name: manifest.name, folder, manifest }));
}

/** Builds and packs all of them. Gives the tarballs' paths by the packages' names. */
export async function packAll(folder = CACHE) {
  await buildPackages();
  const stamp = join(folder, ".packed");
  const now = fingerprint();
  if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== now) {
    if (folder === CACHE) rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const one of published()) pnpm(["pack", "--pack-destination", folder], one.folder);
    writeFileSync(stamp, now);
  }
  return Object.fromEntries(
    published().map(({ name, manifest }) => {
      const tarball = join(folder, `${name.replace("@", "").replace("/", "-")}-${manifest.version}.tgz`);
      if (!existsSync(tarball)) throw new Error(`${name} was packed, but ${tarball} is not there.`);
      return [name, tarball];
    }),
  );
}

/**
 * Makes a project of a template in `folder`, the packages named among its dependencies, and installs it with npm. What they
 * need of each other must be named too.
 */
export function installTarballs(template, folder, tarballs, names = Object.keys(tarballs)) {
  cpSync(template, folder, { recursive: true });
  const file = join(folder, "package.json");
  const manifest = readJson(file);
  manifest.dependencies = { ...manifest.dependencies };
  for (const name of names) manifest.dependencies[name] = `file:${tarballs[name]}`;
  writeFileSync(file, JSON.stringify(manifest, undefined, 2));
  // Vite's builds make NODE_ENV "production", with which npm leaves a project's own tools out.
  run("npm", ["install", "--include=dev", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"], folder);
}

function pnpm(args, folder) {
  run("npx", ["--yes", readJson(join(ROOT, "package.json")).packageManager, ...args], folder);
}

/** What a command prints is shown where it fails. */
function run(command, args, cwd) {
  try {
    execFileSync(command, args, { cwd, stdio: "pipe", encoding: "utf8", shell: process.platform === "win32" });
  } catch (error) {
    throw new Error(`${command} ${args.join(" ")} failed:\n${error.stdout}\n${error.stderr}`);
  }
}

const readJson = (file) => JSON.parse(readFileSync(file, "utf8"));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = resolve(process.argv[2] ?? CACHE);
  for (const [name, tarball] of Object.entries(await packAll(folder))) console.log(`${name}  ${tarball}`);
}
