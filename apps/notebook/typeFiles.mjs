/** Gathers what the editor's language service knows: the types of insitu, of Plot and of JavaScript itself, as one file. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const HERE = fileURLToPath(new URL("./", import.meta.url));
const OUT = join(HERE, "public/types.json");

/** By the name under which they are imported. */
const PACKAGES = {
  "@insitu/program": join(ROOT, "packages/program/dist/types"),
  insitu: join(ROOT, "packages/insitu/dist/types"),
  "@insitu/analysis": join(ROOT, "packages/analysis/dist/types"),
  "@observablehq/plot": join(HERE, "node_modules/@observablehq/plot/src"),
};

export function gatherTypes() {
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  const { status } = spawnSync(process.execPath, [tsc, "-b", join(ROOT, "packages/analysis")], { stdio: "inherit" });
  if (status !== 0) throw new Error("The types do not hold; see above.");
  const files = {};
  for (const [name, folder] of Object.entries(PACKAGES)) {
    for (const file of readdirSync(folder, { recursive: true }).sort())
      if (file.endsWith(".d.ts")) files[`/node_modules/${name}/${file}`] = readFileSync(join(folder, file), "utf8");
    files[`/node_modules/${name}/package.json`] = JSON.stringify({ name, types: "./index.d.ts" });
  }
  for (const lib of libraries("lib.es2023.d.ts")) files[`/lib/${lib}`] = readFileSync(libraryFile(lib), "utf8");
  mkdirSync(dirname(OUT), { recursive: true });
  writeFileSync(OUT, JSON.stringify(files));
}

const libraryFile = (name) => join(ROOT, "node_modules/typescript/lib", name);

/** A library of TypeScript's, and those that it refers to. */
function libraries(name, known = new Set()) {
  if (known.has(name)) return known;
  known.add(name);
  const text = readFileSync(libraryFile(name), "utf8");
  for (const [, other] of text.matchAll(/^\/\/\/ <reference lib="(.*)" \/>/gm)) libraries(`lib.${other}.d.ts`, known);
  return known;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) gatherTypes();
