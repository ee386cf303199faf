/** Projects of strangers: made of a template and the packed tarballs in a folder of their own, and served from there. */
import { execFileSync, spawn } from "node:child_process";
import { cpSync, createReadStream, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { installTarballs, packAll } from "../../scripts/pack.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const MODEL = ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"];
const TYPES = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

/** A project of `templates/<name>` (or any folder) with these packages; the model lies under `weights`, "public" unless given. */
export async function cleanRoom(template, packages, { weights = "public" } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "insitu-embed-"));
  const from = template.includes(sep) ? template : fileURLToPath(new URL(`templates/${template}`, import.meta.url));
  installTarballs(from, folder, await packAll(), packages);
  const to = join(folder, weights, "weights/tiny");
  mkdirSync(to, { recursive: true });
  for (const file of MODEL) cpSync(join(ROOT, "weights/tiny", file), join(to, file));
  return {
    folder,
    /** Runs a program of the project's own `node_modules` to its end. @throws Error with what it printed. */
    run: (bin, ...args) => {
      try {
        return execFileSync(process.execPath, [join(folder, "node_modules", bin), ...args], {
          cwd: folder,
          encoding: "utf8",
          stdio: "pipe",
        });
      } catch (error) {
        throw new Error(`${bin} ${args.join(" ")} failed:\n${error.stdout}\n${error.stderr}`);
      }
    },
    serve: (bin, ...args) => serveWith(folder, bin, args),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Starts a server of the project's own that prints its address. */
function serveWith(folder, bin, args) {
  const child = spawn(process.execPath, [join(folder, "node_modules", bin), ...args], {
    cwd: folder,
    // Vite would print the port in colours of its own.
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined, NODE_ENV: undefined },
  });
  return new Promise((resolve, reject) => {
    let printed = "";
    const read = (chunk) => {
      printed += chunk;
      const address = printed.match(/http:\/\/localhost:\d+\//)?.[0];
      if (address) resolve({ address, close: () => child.kill() });
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.on("exit", (code) => reject(new Error(`${bin} ended with ${code}:\n${printed}`)));
  });
}

/** Serves a folder's files as they are; other pages may fetch them, as from a CDN. */
export function serveFiles(folder, headers = {}) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const file = normalize(join(folder, decodeURIComponent(pathname === "/" ? "/index.html" : pathname)));
    const found = file.startsWith(folder + sep) ? statSync(file, { throwIfNoEntry: false }) : undefined;
    if (!found?.isFile()) return response.writeHead(404).end();
    const type = TYPES[extname(file)] ?? "application/octet-stream";
    response.writeHead(200, {
      "Content-Type": type,
      "Content-Length": found.size,
      "Access-Control-Allow-Origin": "*",
      ...headers,
    });
    createReadStream(file).pipe(response);
  });
  return new Promise((resolve) => {
    server.listen(0, "localhost", () =>
      resolve({ address: `http://localhost:${server.address().port}/`, close: () => server.close() }),
    );
  });
}
