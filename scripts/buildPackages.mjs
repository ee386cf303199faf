/**
 * Builds what is published, each package into its own `dist`: JavaScript a module for each file (`esm`), types (`types`), and
 * within `insitu` the worker as one file with its three .wasm beside it (`engine`). What has not changed is left as it is.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { buildReact } from "../packages/react/build.mjs";
import { buildStandalone, describeSizes } from "../packages/react/standalone.mjs";
import { buildWorker } from "./buildWorker.mjs";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** Those made of TypeScript alone. */
const PLAIN = ["program", "insitu", "analysis", "playwright"];

/** Gives whether there was something to do. */
export async function buildPackages() {
  const stamp = join(ROOT, "packages/insitu/dist/.built");
  const now = fingerprint();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === now) return false;
  rmSync(stamp, { force: true });
  types();
  for (const name of PLAIN) emit(name);
  await inProduction(async () => {
    await buildWorker(join(ROOT, "packages/insitu/dist/engine"));
    await buildReact();
    await buildStandalone(join(ROOT, "packages/insitu/dist/engine"));
    console.log(`<insitu-playground>, packages/react/dist/standalone:\n${describeSizes()}`);
  });
  useBuiltWorker();
  writeFileSync(stamp, now);
  return true;
}

/** Tests build as well, and Vite would take their NODE_ENV: React's JSX would be its slow one, for development. */
async function inProduction(work) {
  const { NODE_ENV } = process.env;
  process.env.NODE_ENV = "production";
  try {
    await work();
  } finally {
    if (NODE_ENV === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = NODE_ENV;
  }
}

/** Of everything that goes into a build, or a package. */
export function fingerprint() {
  const hash = createHash("sha256");
  for (const folder of ["packages", "scripts"]) {
    for (const file of readdirSync(join(ROOT, folder), { recursive: true }).sort()) {
      const used = /^(?!.*(node_modules|dist|\/test\/|goldens)).*\.(ts|tsx|css|mjs|json|md)$/.test(file);
      if (used) hash.update(file).update(readFileSync(join(ROOT, folder, file)));
    }
  }
  for (const file of ["pnpm-lock.yaml", "tsconfig.base.json", "LICENSE"]) hash.update(readFileSync(join(ROOT, file)));
  return hash.digest("hex");
}

function types() {
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  const { status } = spawnSync(process.execPath, [tsc, "-b"], { cwd: ROOT, stdio: "inherit" });
  if (status !== 0) throw new Error("The types do not hold; see above.");
}

/** Every module by itself: `isolatedModules` sees to it that nothing is needed of another. */
function emit(name) {
  const from = join(ROOT, "packages", name, "src");
  const to = join(ROOT, "packages", name, "dist/esm");
  rmSync(to, { recursive: true, force: true });
  const { config } = ts.readConfigFile(join(ROOT, "tsconfig.base.json"), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ROOT);
  for (const file of readdirSync(from, { recursive: true })) {
    if (!file.endsWith(".ts") || file.endsWith(".d.ts")) continue;
    const out = join(to, file.replace(/\.ts$/, ".js"));
    const { outputText, sourceMapText } = ts.transpileModule(readFileSync(join(from, file), "utf8"), {
      fileName: file,
      compilerOptions: {
        ...options,
        composite: false,
        declaration: false,
        emitDeclarationOnly: false,
        rewriteRelativeImportExtensions: true,
        sourceMap: true,
        inlineSources: true,
        sourceRoot: `${relative(dirname(out), dirname(join(from, file)))}/`,
      },
    });
    mkdirSync(dirname(out), { recursive: true });
    writeFileSync(out, outputText);
    writeFileSync(`${out}.map`, sourceMapText);
  }
}

/**
 * In the workspace the worker is the engine's source; published, it is a file beside the package's own. Browsers start no
 * worker of another origin, as a CDN's is, but one of a blob that imports it.
 */
function useBuiltWorker() {
  const file = join(ROOT, "packages/insitu/dist/esm/worker.js");
  const source = readFileSync(file, "utf8");
  const inWorkspace =
    'return new Worker(new URL("@insitu/engine/worker", import.meta.url), { type: "module", name: "insitu" });';
  // Bundlers know a worker by this very form, and anything else named so by `import.meta.url` for an asset.
  const built = `try {
        return new Worker(new URL("../engine/worker.js", import.meta.url), { type: "module", name: "insitu" });
    }
    catch (error) {
        const here = new URL(import.meta.url);
        if (here.origin === location.origin)
            throw error;
        const code = \`import \${JSON.stringify(new URL("../engine/worker.js", here).href)};\`;
        const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
        return new Worker(url, { type: "module", name: "insitu" });
    }`;
  if (!source.includes(inWorkspace)) throw new Error(`${file} starts no worker as it did: mend buildPackages.mjs.`);
  writeFileSync(
    file,
    source.replace(inWorkspace, () => built),
  );
  writeFileSync(join(ROOT, "packages/insitu/dist/engine/worker.d.ts"), "export {};\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log((await buildPackages()) ? "Built." : "Nothing has changed.");
}
