/**
 * Builds `<insitu-playground>` for pages without a build of their own: `dist/standalone/insitu-playground.js`, one script
 * tag, with everything it needs beside it. The editor and what runs code are files of their own, fetched when needed.
 */
import { cpSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { buildWorker } from "../../scripts/buildWorker.mjs";

const HERE = fileURLToPath(new URL("./", import.meta.url));
export const STANDALONE = join(HERE, "dist/standalone");

/** With the engine's folder where that is built already. */
export async function buildStandalone(engine) {
  await build({
    configFile: false,
    root: HERE,
    logLevel: "warn",
    base: "./",
    publicDir: false,
    plugins: [workerBeside()],
    build: {
      outDir: STANDALONE,
      emptyOutDir: true,
      target: "es2022",
      cssMinify: true,
      // The first that know light-dark().
      cssTarget: ["chrome123", "firefox120", "safari17.5"],
      modulePreload: false,
      rolldownOptions: {
        input: { "insitu-playground": join(HERE, "src/element.tsx") },
        preserveEntrySignatures: "strict",
        output: { entryFileNames: "[name].js", chunkFileNames: "[name]-[hash].js" },
      },
    },
  });
  if (engine) cpSync(engine, join(STANDALONE, "engine"), { recursive: true });
  else await buildWorker(join(STANDALONE, "engine"));
}

/**
 * The worker is a file beside the script. Where that comes from another server than the page, a browser starts it only by way
 * of a script of the page's own.
 */
function workerBeside() {
  const started = 'new Worker(new URL("@insitu/engine/worker", import.meta.url), {';
  return {
    name: "insitu:worker-beside",
    enforce: "pre",
    transform(code, id) {
      if (!id.endsWith("/insitu/src/worker.ts")) return null;
      if (!code.includes(started)) this.error("The worker is started differently: mend standalone.mjs.");
      return { code: `${code.replace(started, "new Worker(workerAddress(), {")}\n${workerAddress}`, map: null };
    },
  };
}

/** Named in two steps: what is named in one, Vite would bundle. */
const workerAddress = `
const here = import.meta.url;
function workerAddress() {
  const address = new URL("./engine/worker.js", here);
  if (address.origin === location.origin) return address;
  return URL.createObjectURL(new Blob(["import " + JSON.stringify(address.href)], { type: "text/javascript" }));
}`;

/** Of every file: its bytes, and those that a server sends of it. */
export function standaloneSizes() {
  return readdirSync(STANDALONE, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => {
      const file = readFileSync(join(parentPath, name));
      return { name, bytes: file.length, gzip: gzipSync(file).length };
    })
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** A table of the sizes, for whoever builds. */
export function describeSizes() {
  const kb = (bytes) => `${(bytes / 1000).toFixed(1)} kB`.padStart(10);
  return standaloneSizes()
    .map(({ name, bytes, gzip }) => `${name.padEnd(42)}${kb(bytes)}${kb(gzip)} gzip`)
    .join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildStandalone();
  console.log(describeSizes());
}
