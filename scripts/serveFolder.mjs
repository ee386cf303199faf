/** A Vite plugin that serves one folder of the disk, wherever it lies, under a path. */
import { createReadStream, statSync } from "node:fs";
import { extname, join, normalize, sep } from "node:path";

/** Of what a browser is particular about. */
const TYPES = { ".json": "application/json", ".mjs": "text/javascript", ".wasm": "application/wasm" };

export function serveFolder(path, folder) {
  return {
    name: "insitu:serve-folder",
    configureServer(server) {
      server.middlewares.use(path, (request, response) => {
        const asked = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
        const file = normalize(join(folder, asked));
        const size = file.startsWith(folder + sep) ? sizeOf(file) : undefined;
        if (size === undefined) {
          response.statusCode = 404;
          response.end();
          return;
        }
        response.setHeader("Content-Type", TYPES[extname(file)] ?? "application/octet-stream");
        response.setHeader("Content-Length", size);
        // Without it a worker's script is blocked, silently, in a page that is cross-origin isolated.
        response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
        createReadStream(file).pipe(response);
      });
    },
  };
}

function sizeOf(file) {
  const found = statSync(file, { throwIfNoEntry: false });
  return found?.isFile() ? found.size : undefined;
}
