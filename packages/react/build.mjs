/** Builds what is published: a module for each file, its styles within it, and all styles in one sheet for servers. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const HERE = fileURLToPath(new URL("./", import.meta.url));
const SRC = join(HERE, "src");
const OUT = join(HERE, "dist");

/** Types are the TypeScript compiler's to make: `tsc -b` puts them into `dist/types`. */
export async function buildReact() {
  const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(HERE, "package.json"), "utf8"));
  const apart = Object.keys({ ...dependencies, ...peerDependencies });
  await build({
    configFile: false,
    root: HERE,
    logLevel: "warn",
    build: {
      outDir: join(OUT, "esm"),
      emptyOutDir: true,
      target: "es2022",
      minify: false,
      cssMinify: true,
      // The first that know light-dark().
      cssTarget: ["chrome123", "firefox120", "safari17.5"],
      sourcemap: true,
      lib: { entry: entries(), formats: ["es"] },
      rolldownOptions: {
        external: (id) => apart.some((name) => id === name || id.startsWith(`${name}/`)),
        output: { preserveModules: true, preserveModulesRoot: SRC, entryFileNames, banner },
      },
    },
  });
  writeFileSync(join(OUT, "style.css"), allStyles());
}

/** `frame.css` and `frame.tsx` are two files here too. */
const entryFileNames = ({ facadeModuleId }) => (facadeModuleId?.includes(".css") ? "[name].css.js" : "[name].js");

/** Where a server renders components of its own, these are the page's. */
const banner = ({ isEntry }) => (isEntry ? '"use client";' : "");

/** Those of the package's exports that are there. */
function entries() {
  const names = readdirSync(SRC).filter((name) => /^(index|code|element)\.tsx?$/.test(name));
  return Object.fromEntries(names.map((name) => [name.replace(/\.tsx?$/, ""), join(SRC, name)]));
}

/** The frame's first: the others use its variables. */
function allStyles() {
  const sheets = readdirSync(SRC, { recursive: true }).filter((name) => name.endsWith(".css"));
  sheets.sort((a, b) => Number(b.includes("frame")) - Number(a.includes("frame")) || a.localeCompare(b));
  mkdirSync(OUT, { recursive: true });
  return sheets.map((name) => readFileSync(join(SRC, name), "utf8")).join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildReact();
