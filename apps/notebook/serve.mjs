/** `npm start`: builds the notebook if need be, serves it and prints its address. `--port N` insists on a port. */
import { createServer } from "node:http";
import { parseArgs } from "node:util";
import { folderHandler } from "../../scripts/serveFolder.mjs";
import { buildSite, SITE } from "./site.mjs";

const { values } = parseArgs({ options: { port: { type: "string" } } });

/** wasm threads need a page that is cross-origin isolated. */
const ISOLATED = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

try {
  console.log("Building the notebook …");
  await buildSite();
  const server = createServer(folderHandler(SITE, ISOLATED));
  const port = await listening(server, values.port === undefined ? [5173, 0] : [Number(values.port)]);
  for (const signal of ["SIGINT", "SIGTERM"]) {
    process.once(signal, () => {
      server.close();
      server.closeAllConnections();
    });
  }
  console.log(`insitu: http://localhost:${port}/`);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}

/** On the first of these ports that is free; 0 is any. */
async function listening(server, [port, ...others]) {
  try {
    await new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "localhost", () => {
        server.off("error", reject);
        resolve();
      });
    });
    return server.address().port;
  } catch (error) {
    if (error.code !== "EADDRINUSE" || others.length === 0) throw error;
    return listening(server, others);
  }
}
