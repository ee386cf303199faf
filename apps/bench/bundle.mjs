/** The figure that needs no page: what insitu adds to a page's main thread. */
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";

export const BUNDLE = "main-thread bundle of insitu, gzip";

const LIMIT_KB = 30;
const ENTRY = fileURLToPath(new URL("../../packages/insitu/src/index.ts", import.meta.url));
/** The library, and insitu's own class before it. */
const TOKENIZERS = ["@huggingface/tokenizers", /packages\/insitu\/src\/tokenizer\.ts$/];

/**
 * Everything that insitu exports, minified, with comlink and without the tokenizer. The worker is a file of
 * its own, as it is in anybody's build.
 */
export async function bundleRow() {
  const { output } = await build({
    configFile: false,
    logLevel: "error",
    worker: { format: "es" },
    build: {
      write: false,
      target: "es2023",
      // Not as a library: Vite keeps the white space of those.
      modulePreload: false,
      rolldownOptions: { input: ENTRY, preserveEntrySignatures: "strict", external: TOKENIZERS },
    },
  }).then((result) => (Array.isArray(result) ? result[0] : result));
  const chunks = output.filter(({ type }) => type === "chunk");
  const modules = chunks.flatMap(({ moduleIds }) => moduleIds);
  const bytes = chunks.reduce((n, { code }) => n + gzipSync(code, { level: 9 }).length, 0);
  const kilobytes = bytes / 1000;
  const tfjs = modules.some((id) => id.includes("@tensorflow"));
  const parts = chunks.reduce((n, { code }) => n + code.length, 0);
  return {
    name: BUNDLE,
    value: kilobytes,
    min: kilobytes,
    max: kilobytes,
    unit: "kB",
    bar: `<= ${LIMIT_KB}`,
    pass: kilobytes <= LIMIT_KB && !tfjs,
    note: `${parts} bytes before gzip, ${modules.length} modules, the tokenizer apart; ${tfjs ? "tfjs is in it" : "no tfjs in it"}`,
  };
}
