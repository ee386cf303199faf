/** `npm run dev`: the workspace as it stands, from its sources: the notebook at "/". `--port N` insists on a port. */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createServer } from "vite";

const { values } = parseArgs({ options: { port: { type: "string" } } });
const root = fileURLToPath(new URL("../", import.meta.url));
const server = await createServer({
  root,
  configFile: `${root}vite.config.ts`,
  logLevel: "warn",
  server: { port: Number(values.port ?? 5173), strictPort: values.port !== undefined },
});

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, async () => {
    // Set before anything is awaited: Vite listens for SIGTERM too and would exit with 143.
    process.exitCode = 0;
    await server.close();
    process.exit();
  });
}

try {
  await server.listen();
  console.log(`insitu: ${server.resolvedUrls.local[0]}`);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
