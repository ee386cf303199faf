/**
 * Builds what runs in the sandbox, where nothing can be fetched: each entry one script, which the page fetches as text and
 * hands in. `runner.js` is the worker itself; the others come when a cell names them.
 */
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const HERE = fileURLToPath(new URL("./", import.meta.url));
const OUT = join(HERE, "public/sandbox");

/** By the name of their scripts. */
const ENTRIES = { runner: "runner.ts", plot: "modules/plot.ts", tf: "modules/tf.ts" };

/** Gives whether there was something to do. */
export async function buildSandbox() {
  const stamp = join(OUT, ".built");
  const now = fingerprint();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === now) return false;
  mkdirSync(OUT, { recursive: true });
  for (const [name, file] of Object.entries(ENTRIES)) await bundle(name, join(HERE, "src/sandbox", file));
  writeFileSync(stamp, now);
  return true;
}

async function bundle(name, input) {
  await build({
    configFile: false,
    root: HERE,
    logLevel: "warn",
    publicDir: false,
    plugins: [enginesOfThePage()],
    // What insitu calls its own folder: stack frames of the script, which names itself so, are not the reader's.
    define: {
      "import.meta.url": JSON.stringify(nameOf(name)),
      "import.meta.resolve": "undefined",
      "process.env.NODE_ENV": JSON.stringify("production"),
    },
    build: {
      outDir: OUT,
      emptyOutDir: false,
      target: "es2022",
      modulePreload: false,
      chunkSizeWarningLimit: 4000,
      rolldownOptions: {
        input,
        output: {
          format: "iife",
          codeSplitting: false,
          entryFileNames: `${name}.js`,
        },
      },
    },
  });
  // A minifier takes comments out, this one too.
  appendFileSync(join(OUT, `${name}.js`), `\n//# sourceURL=${nameOf(name)}\n`);
}

const nameOf = (name) => `insitu:/sandbox/${name}.js`;

/** In the sandbox nobody starts a worker: the page is asked for an engine. */
function enginesOfThePage() {
  const replaced = join(ROOT, "packages/insitu/src/worker.ts");
  return {
    name: "insitu:engines-of-the-page",
    load: (id) => (id === replaced ? readFileSync(join(HERE, "src/sandbox/askEngine.ts"), "utf8") : undefined),
  };
}

/** Of everything that goes into it. */
function fingerprint() {
  const hash = createHash("sha256");
  for (const folder of [
    "packages/program/src",
    "packages/insitu/src",
    "packages/analysis/src",
    "packages/react/src/code",
    "apps/notebook/src/sandbox",
  ]) {
    for (const file of readdirSync(join(ROOT, folder), { recursive: true }).sort()) {
      if (/\.ts$/.test(file)) hash.update(file).update(readFileSync(join(ROOT, folder, file)));
    }
  }
  hash.update(readFileSync(join(ROOT, "pnpm-lock.yaml"))).update(readFileSync(fileURLToPath(import.meta.url)));
  return hash.digest("hex");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log((await buildSandbox()) ? "Built." : "Nothing has changed.");
}
