/** Runs every snippet of the documentation, and checks what it says it prints. */
import { readdirSync, readFileSync } from "node:fs";
import * as analysis from "@insitu/analysis";
import { OPS } from "@insitu/program";
import ts from "typescript";
import { expect, test } from "vitest";
import * as tf from "../../engine/src/tf.ts";
import * as insitu from "../src/index.ts";
import { engineInProcess, loadInProcess, serveFiles } from "./inProcess.ts";

const ROOT = new URL("../../../", import.meta.url);
const PAGES = ["README.md", ...readdirSync(new URL("docs", ROOT)).map((page) => `docs/${page}`)].filter((p) =>
  p.endsWith(".md"),
);

/** The pages' models are loaded from this folder, on the cpu; hub ids as they are. */
const LanguageModel = {
  load: (source: string, options: insitu.LoadOptions = {}) =>
    source.startsWith("/")
      ? loadInProcess(source.slice(1), { ...options, backend: "cpu" })
      : insitu.LanguageModel.load(source, { ...options, backend: "cpu", engine: engineInProcess() }),
};
const LayersModel = {
  load(source: Parameters<typeof insitu.LayersModel.load>[0]): Promise<insitu.TracedLayersModel> {
    serveFiles();
    const from = typeof source === "string" ? new URL(source.replace(/^\//, ""), ROOT).href : source;
    return insitu.LayersModel.load(from, { backend: "cpu", engine: engineInProcess() });
  },
};

interface Snippet {
  code: string;
  /** What each `// prints …` says, in order. */
  prints: unknown[];
}

const pages = PAGES.map((page) => ({ page, ...snippetsOf(readFileSync(new URL(page, ROOT), "utf8")) })).filter(
  (p) => p.code,
);

test.each(pages)("$page", { timeout: 60_000 }, async ({ code, prints }) => {
  const printed: unknown[] = [];
  const names = {
    ...insitu,
    ...analysis,
    LanguageModel,
    LayersModel,
    tf,
    console: { log: (value: unknown) => printed.push(value) },
  };
  const plain = ts
    .transpile(code, { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext })
    .replace(/^import .*$/gm, "")
    .replace(/^export \{\};$/gm, "");
  const run = new Function(...Object.keys(names), `return (async () => {\n${plain}\n})();`);
  await run(...Object.values(names));
  expect(JSON.parse(JSON.stringify(printed))).toEqual(prints);
  expect(prints.length).toBeGreaterThan(0);
});

test("the page of operations lists every one", () => {
  const text = readFileSync(new URL("docs/operations.md", ROOT), "utf8");
  expect(Object.keys(OPS).filter((op) => !text.includes(`| \`${op}\` |`))).toEqual([]);
});

/** A page's snippets run in order as one program, so that later ones may use earlier ones' names. */
function snippetsOf(text: string): Snippet {
  const blocks = [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map((m) => m[1]!);
  const code = blocks.join("\n");
  const prints = [...code.matchAll(/\/\/ prints (.*)$/gm)].map((m) => JSON.parse(m[1]!));
  return { code, prints };
}
