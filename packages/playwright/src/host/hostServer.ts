import { createReadStream } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { fileURLToPath } from "node:url";
import sirv from "sirv";
import { HOST_PAGE } from "./hostPage.ts";
import type { ModelPlace } from "./modelPlace.ts";

export interface HostServer {
  /** With its slash. */
  url: string;
  close(): void;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Serves the page that a model runs in, the engine's files, and the model's under `model/`: to this machine alone. */
export async function startHostServer(place: ModelPlace): Promise<HostServer> {
  const routes: Record<string, Handler> = {
    engine: folder(dirname(fileURLToPath(import.meta.resolve("insitu/worker")))),
    ...(place.kind === "disk" ? { model: folder(place.folder) } : {}),
    ...(place.kind === "url" ? { model: upstream(place.url) } : {}),
  };
  const comlink = createRequire(import.meta.url).resolve("comlink");
  const server = createServer((request, response) => {
    // wasm threads need a page that is cross-origin isolated.
    response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
    response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
    const [, route, rest] = /^\/(\w+)(\/.*)$/.exec(request.url ?? "") ?? [];
    const handler = route === undefined ? undefined : routes[route];
    if (handler) {
      request.url = rest as string;
      handler(request, response);
    } else if (request.url === "/") {
      response.setHeader("Content-Type", "text/html");
      response.end(HOST_PAGE);
    } else if (request.url === "/comlink.js") {
      response.setHeader("Content-Type", "text/javascript");
      createReadStream(comlink).pipe(response);
    } else {
      notFound(response);
    }
  });
  server.unref();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function folder(path: string): Handler {
  const serve = sirv(path, { dev: true });
  return (request, response) => serve(request, response, () => notFound(response));
}

/** The files of another server, fetched from here: it need not allow other origins. */
function upstream(url: string): Handler {
  return async (request, response) => {
    try {
      const headers = request.headers.range ? { range: request.headers.range } : undefined;
      const answer = await fetch(new URL(`.${request.url}`, url), headers ? { headers } : {});
      response.statusCode = answer.status;
      for (const name of ["content-type", "content-range", "etag", "last-modified"]) {
        const value = answer.headers.get(name);
        if (value) response.setHeader(name, value);
      }
      // Of what came compressed the length is another.
      const length = answer.headers.get("content-length");
      if (length && !answer.headers.get("content-encoding")) response.setHeader("content-length", length);
      if (answer.body)
        Readable.fromWeb(answer.body as ReadableStream)
          .on("error", () => response.destroy())
          .pipe(response);
      else response.end();
    } catch (error) {
      response.statusCode = 502;
      response.statusMessage = String((error as { cause?: Error }).cause?.message ?? error).replace(
        /[^\x20-\x7e]/g,
        " ",
      );
      response.end();
    }
  };
}

function notFound(response: ServerResponse): void {
  response.statusCode = 404;
  response.end();
}
