/** Builds the engine's worker as one module that needs nothing but the .wasm files beside it. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { keepWasmThreads } from "./keepWasmThreads.mjs";

const ENTRY = fileURLToPath(new URL("../packages/engine/src/worker.ts", import.meta.url));

export async function buildWorker(outDir) {
  await build({
    configFile: false,
    logLevel: "warn",
    base: "./",
    plugins: [keepWasmThreads()],
    build: {
      outDir,
      emptyOutDir: true,
      target: "es2022",
      // Every module, .wasm or not, a file of its own: nothing inlined.
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 2000,
      modulePreload: false,
      rolldownOptions: {
        input: ENTRY,
        output: {
          format: "es",
          codeSplitting: false,
          entryFileNames: "worker.js",
          assetFileNames: "[name][extname]",
        },
      },
    },
  });
  tidyAddresses(join(outDir, "worker.js"));
}

/**
 * Bundlers and plain servers alike find what is named `new URL("./x.wasm", import.meta.url)`. Whatever else libraries ask of
 * `import.meta` would be a warning in the build of everybody whose workers are no modules.
 */
function tidyAddresses(file) {
  let found = 0;
  const code = readFileSync(file, "utf8").replace(
    /new URL\((["'`])(?:\.\/)?([\w-]+\.wasm)\1,\s*import\.meta\.url\)|import\.meta/g,
    (_, quote, wasm) => {
      if (!quote) return "({url:self.location.href})";
      found++;
      return `new URL("./${wasm}", import.meta.url)`;
    },
  );
  if (found !== 3) throw new Error(`The worker names ${found} .wasm files, not 3: mend buildWorker.mjs.`);
  writeFileSync(file, code);
}
