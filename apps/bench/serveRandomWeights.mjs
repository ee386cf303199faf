/**
 * A Vite plugin that serves random GPT-2 checkpoints under a path, made as they are asked for:
 * `<path>/4x256x8x4096/config.json` and `model.safetensors`. 124M parameters cost the server no memory.
 */
import { Readable } from "node:stream";
import { randomCheckpoint } from "../hub/checkpoint/randomCheckpoint.mjs";
import { configOfShape } from "../hub/checkpoint/shape.mjs";

export function serveRandomWeights(path) {
  return {
    name: "insitu:serve-random-weights",
    configureServer(server) {
      server.middlewares.use(path, (request, response) => {
        const [, shape, file] = new URL(request.url, "http://localhost").pathname.split("/");
        const made = /^\d+x\d+x\d+x\d+$/.test(shape) ? checkpointOf(shape)[file] : undefined;
        if (!made) {
          response.statusCode = 404;
          response.end();
          return;
        }
        const type = file.endsWith(".json") ? "application/json" : "application/octet-stream";
        response.setHeader("Content-Type", type);
        response.setHeader("Content-Length", made.size);
        Readable.from(made.chunks()).pipe(response);
      });
    },
  };
}

/** At the deviation of GPT-2's own initialisation: what the figures were measured with. */
function checkpointOf(shape) {
  return randomCheckpoint({ config: configOfShape(shape), prefix: true, buffers: false, spread: "initial" });
}
