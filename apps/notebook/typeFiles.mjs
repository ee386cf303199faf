/**
 * Gathers what the language service of the cells knows, in `public/types.json`: the declarations of insitu, its analyses and
 * Observable Plot, and TypeScript's own of the language.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const HERE = fileURLToPath(new URL("./", import.meta.url));
const require = createRequire(import.meta.url);

/** What cells may import, and what that imports: the folder of its declarations, beside `index.d.ts`. */
const PACKAGES = {
  "@insitu/program": join(ROOT, "packages/program/dist/types"),
  insitu: join(ROOT, "packages/insitu/dist/types"),
  "@insitu/analysis": join(ROOT, "packages/analysis/dist/types"),
  "@observablehq/plot": join(HERE, "node_modules/@observablehq/plot/src"),
};

/** The language up to ES2023, and no page around it. */
const LANGUAGE = /^lib\.(es5|es20(1[5-9]|2[0-3])(\.(?!full)\w+)*|esnext\.disposable|decorators(\.legacy)?)\.d\.ts$/;

export function writeTypeFiles() {
  const compiler = dirname(require.resolve("typescript"));
  // What is up to date is left as it is.
  execFileSync(process.execPath, [join(compiler, "tsc.js"), "-b", join(ROOT, "packages/analysis")], {
    stdio: "inherit",
  });
  const files = {};
  for (const name of readdirSync(compiler)) {
    if (LANGUAGE.test(name)) files[`/lib/${name}`] = readFileSync(join(compiler, name), "utf8");
  }
  for (const [name, folder] of Object.entries(PACKAGES)) {
    for (const file of readdirSync(folder, { recursive: true }).sort()) {
      if (file.endsWith(".d.ts"))
        files[`/node_modules/${name}/${file.replaceAll("\\", "/")}`] = readFileSync(join(folder, file), "utf8");
    }
  }
  files["/globals.d.ts"] = readFileSync(join(HERE, "src/editor/sandboxGlobals.txt"), "utf8");
  mkdirSync(join(HERE, "public"), { recursive: true });
  writeFileSync(join(HERE, "public/types.json"), JSON.stringify(files));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeTypeFiles();
