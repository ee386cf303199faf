/** Serves one folder of the disk, wherever it lies: within a Vite server, or alone. */
import { createReadStream, statSync } from "node:fs";
import { extname, join, normalize, sep } from "node:path";

/** Of what a browser is particular about. */
const TYPES = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".mjs": "text/javascript",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

/** A Vite plugin that serves a folder under a path. */
export function serveFolder(path, folder) {
  // Without it a worker's script is blocked, silently, in a page that is cross-origin isolated.
  const headers = { "Cross-Origin-Embedder-Policy": "require-corp" };
  return {
    name: "insitu:serve-folder",
    configureServer(server) {
      server.middlewares.use(path, folderHandler(folder, headers));
    },
  };
}

/** Answers a request with a file of the folder, as the plainest of servers does. */
export function folderHandler(folder, headers = {}) {
  return (request, response) => {
    const asked = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    const file = normalize(join(folder, asked.endsWith("/") ? `${asked}index.html` : asked));
    const size = file.startsWith(folder + sep) ? sizeOf(file) : undefined;
    if (size === undefined) {
      response.statusCode = 404;
      response.end();
      return;
    }
    response.setHeader("Content-Type", TYPES[extname(file)] ?? "application/octet-stream");
    response.setHeader("Content-Length", size);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    createReadStream(file).pipe(response);
  };
}

function sizeOf(file) {
  const found = statSync(file, { throwIfNoEntry: false });
  return found?.isFile() ? found.size : undefined;
}
