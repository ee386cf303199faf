/** Vite plugin: the notebook at "/" of the dev server, and alone in `dist/`, with its weights, when built. */
import { cpSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { keepWasmThreads } from "../../scripts/keepWasmThreads.mjs";
import { buildSandbox } from "./buildSandbox.mjs";
import { pwa } from "./pwa.mjs";
import { writeTypeFiles } from "./typeFiles.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PAGE = "/apps/notebook/index.html";
const MODEL = "weights/tiny";
const MODEL_FILES = ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"];

export function servePage() {
  // What is kept for use without a network is listed last, once everything else is in its place.
  return [page(), pwa()];
}

function page() {
  let outDir;
  return {
    name: "insitu:serve-page",
    async config(_, { command }) {
      await buildSandbox();
      await writeTypeFiles();
      // The sandbox's scripts, the icons: as they are, beside the page.
      const publicDir = join(ROOT, "apps/notebook/public");
      // "mpa": a missing weight file is then a 404, not this page with status 200.
      if (command === "serve") return { appType: "mpa", publicDir };
      // Relative addresses, so that the site can be put into any folder of a server.
      return {
        root: join(ROOT, "apps/notebook"),
        base: "./",
        publicDir,
        worker: { plugins: () => [keepWasmThreads()] },
        build: {
          outDir: join(ROOT, "dist"),
          emptyOutDir: true,
          target: "es2023",
          // The engine, and TypeScript's language service.
          chunkSizeWarningLimit: 4000,
          rolldownOptions: {
            checks: { pluginTimings: false },
            // React's "use client", which means nothing here.
            onwarn: (warning, warn) => warning.code !== "MODULE_LEVEL_DIRECTIVE" && warn(warning),
          },
        },
      };
    },
    configResolved(config) {
      outDir = config.build.outDir;
    },
    configureServer(server) {
      server.middlewares.use((request, _, next) => {
        request.url = request.url.replace(/^\/(?=$|\?)/, PAGE);
        next();
      });
    },
    transformIndexHtml: {
      order: "pre",
      // At "/" the page's own relative addresses would miss its folder.
      handler: (html, { server, path }) =>
        server && path === PAGE ? html.replaceAll('"./src/', '"/apps/notebook/src/') : html,
    },
    writeBundle() {
      mkdirSync(join(outDir, MODEL), { recursive: true });
      for (const file of MODEL_FILES) {
        const from = join(ROOT, MODEL, file);
        if (existsSync(from)) cpSync(from, join(outDir, MODEL, file));
        else this.warn(`${MODEL}/${file} is not there, so the built page has no model of its own.`);
      }
    },
  };
}
