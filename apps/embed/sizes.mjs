/** What each import weighs in a page, minified, gzip: limits in kB (1000 bytes), and what README.md says, within 5 %. */
import { fileURLToPath } from "node:url";
import esbuild from "@size-limit/esbuild";
import file from "@size-limit/file";
import sizeLimit from "size-limit";

const ROOT = new URL("../../", import.meta.url);
const path = (name) => fileURLToPath(new URL(name, ROOT));
const INSITU = ["insitu", "@insitu/program"];
const REACT = ["react", "react-dom", "react/jsx-runtime"];

/** The limits. `of` is a built module, `only` the names imported of it; `ignore` what the page has anyway. */
export const SIZES = [
  { name: "all of `insitu`, with the tokenizer's library", of: "packages/insitu/dist/esm/index.js", limit: 50 },
  {
    name: "its worker, a file of its own; on wasm 119 to 144 kB more",
    of: "packages/insitu/dist/engine/worker.js",
    asFile: true,
    limit: 420,
  },
  {
    name: "all of `@insitu/analysis`, on top, without what copying scores load",
    of: "packages/analysis/dist/esm/index.js",
    ignore: [...INSITU, "ml-matrix"],
    limit: 26,
  },
  {
    name: "`topTokens` alone, on top",
    of: "packages/analysis/dist/esm/index.js",
    only: "{ topTokens }",
    ignore: INSITU,
    limit: 5,
  },
  { name: "`@insitu/program`, by itself", of: "packages/program/dist/esm/index.js", limit: 22 },
  {
    name: "`<TopTokens>` of `@insitu/react`, on top, without React",
    of: "packages/react/dist/esm/index.js",
    only: "{ TopTokens }",
    ignore: [...REACT, ...INSITU, "@insitu/analysis"],
    limit: 10,
  },
];

/** Gives each with its `kB`. */
export async function measureSizes() {
  const measured = [];
  for (const size of SIZES) measured.push({ ...size, kB: await measure(size) });
  return measured;
}

async function measure({ name, of, only, ignore = [], asFile }) {
  const module = path(of);
  const check = asFile
    ? { name, path: [module], files: [module], gzip: true }
    : {
        name,
        files: [module],
        path: [module],
        gzip: true,
        ignore,
        ...(only ? { import: { [module]: only } } : {}),
        modifyEsbuildConfig: (config) => ({ ...config, format: "esm" }),
      };
  const plugins = asFile ? [file] : [esbuild, file];
  const [{ size }] = await sizeLimit(plugins, { cwd: path("."), checks: [check] });
  return size / 1000;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { name, kB, limit } of await measureSizes()) console.log(`${name}: ${kB.toFixed(1)} kB (limit ${limit})`);
}
