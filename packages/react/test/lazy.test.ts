/** What comes with which import: no editor with what has none, and none at once with what has one. */
import { fileURLToPath } from "node:url";
import { build, type Rolldown } from "vite";
import { expect, test } from "vitest";

const INDEX = fileURLToPath(new URL("../src/index.ts", import.meta.url));
const HEAVY = /node_modules\/.*(codemirror|lezer|sucrase|acorn)/;

/** The modules that a page of this code loads at once, and those that it may load later. */
async function loadedBy(code: string) {
  const built = (await build({
    configFile: false,
    logLevel: "error",
    plugins: [
      { name: "page", resolveId: (id) => (id === "page" ? id : null), load: (id) => (id === "page" ? code : null) },
    ],
    build: { write: false, minify: false, rolldownOptions: { input: "page", external: [/^react/, /engine\/worker/] } },
  })) as Rolldown.RolldownOutput;
  const chunks = built.output.filter((part) => part.type === "chunk");
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const atOnce = new Set<string>();
  const visit = (name: string) => {
    if (atOnce.has(name)) return;
    atOnce.add(name);
    byName.get(name)?.imports.forEach(visit);
  };
  visit(chunks.find(({ isEntry }) => isEntry)!.fileName);
  const modules = (of: (name: string) => boolean) =>
    chunks.filter(({ fileName }) => of(fileName)).flatMap(({ moduleIds }) => moduleIds);
  return { now: modules((name) => atOnce.has(name)), later: modules((name) => !atOnce.has(name)) };
}

test("TopTokens brings no editor, and nothing that comes later", { timeout: 60_000 }, async () => {
  const { now, later } = await loadedBy(`import { TopTokens } from ${JSON.stringify(INDEX)}; console.log(TopTokens);`);
  expect(now.some((id) => id.endsWith("/topTokens.tsx"))).toBe(true);
  expect([...now, ...later].filter((id) => HEAVY.test(id) || id.includes("tracePlayground"))).toEqual([]);
});

test("TracePlayground brings its editor, and what runs code, only later", { timeout: 60_000 }, async () => {
  const { now, later } = await loadedBy(
    `import { TracePlayground } from ${JSON.stringify(INDEX)}; console.log(TracePlayground);`,
  );
  expect(now.some((id) => id.endsWith("/tracePlayground.tsx"))).toBe(true);
  expect(now.filter((id) => HEAVY.test(id))).toEqual([]);
  for (const name of ["codemirror", "sucrase", "acorn"]) expect(later.some((id) => id.includes(name))).toBe(true);
});
