/** Vite plugins: the built site can be installed, and is kept whole by a service worker, so that it opens without a network. */
import { readFileSync } from "node:fs";
import { VitePWA } from "vite-plugin-pwa";

/** The tiny model's weights are the largest of its files, at 8 MB. */
const LARGEST = 16 * 1024 * 1024;

const icon = (file, size, purpose) => ({ src: file, sizes: `${size}x${size}`, type: "image/png", purpose });

export function pwa() {
  return [keep(), forgetBuilt()];
}

/** The dev server may have the address of a built site that this browser kept: what was kept gives way to it. */
function forgetBuilt() {
  return {
    name: "insitu:forget-built",
    configureServer(server) {
      server.middlewares.use("/sw.js", (_, response) => {
        response.setHeader("Content-Type", "text/javascript");
        response.end(readFileSync(new URL("forgetBuilt.js", import.meta.url)));
      });
    },
  };
}

function keep() {
  return VitePWA({
    // The page registers it itself (src/app/offline.ts), and asks before it takes a newer one.
    injectRegister: false,
    registerType: "prompt",
    devOptions: { enabled: false },
    manifest: {
      name: "insitu",
      short_name: "insitu",
      description: "A notebook that reads and edits any activation of a GPT-2 running in your browser.",
      lang: "en",
      id: "./",
      start_url: "./",
      scope: "./",
      display: "standalone",
      background_color: "#faf9f7",
      theme_color: "#faf9f7",
      icons: [
        icon("icon-192.png", 192, "any"),
        icon("icon-512.png", 512, "any"),
        icon("icon-maskable-512.png", 512, "maskable"),
        { src: "icon.svg", sizes: "any", type: "image/svg+xml", purpose: "any" },
      ],
    },
    includeManifestIcons: false,
    workbox: {
      globPatterns: ["**/*.{html,js,css,json,wasm,woff2,safetensors,svg,png}"],
      maximumFileSizeToCacheInBytes: LARGEST,
      // The page of any query is this one; of any other path it is not, for other things may lie in the same folder.
      navigateFallback: null,
      ignoreURLParametersMatching: [/./],
      cleanupOutdatedCaches: true,
      clientsClaim: true,
      inlineWorkboxRuntime: true,
      sourcemap: false,
    },
  });
}
