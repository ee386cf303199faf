/** That the snippets of the documentation are what the types allow. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
/** Where the snippets would be, so that they find the packages. */
const FOLDER = join(ROOT, "packages/react/test");

test("every snippet for React has the right types", { timeout: 120_000 }, () => {
  const snippets = new Map<string, string>();
  const pages = readdirSync(join(ROOT, "docs")).filter((name) => /^react.*\.md$/.test(name));
  for (const page of ["../README.md", ...pages]) {
    const text = readFileSync(join(ROOT, "docs", page), "utf8");
    for (const [i, [, code]] of [...text.matchAll(/^```tsx\n(.*?)^```$/gms)].entries())
      snippets.set(join(FOLDER, `${basename(page)}-${i}.tsx`), code as string);
  }
  expect(snippets.size).toBeGreaterThan(3);
  const { config } = ts.readConfigFile(join(ROOT, "tsconfig.test.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: ["x.ts"] }, ts.sys, ROOT);
  // As strict as a project of the reader's is by default.
  const usual = { ...options, noUncheckedIndexedAccess: false, exactOptionalPropertyTypes: false, noEmit: true };
  const host = ts.createCompilerHost(usual);
  const { readFile, fileExists, getSourceFile } = host;
  host.readFile = (name) => snippets.get(name) ?? readFile(name);
  host.fileExists = (name) => snippets.has(name) || fileExists(name);
  host.getSourceFile = (name, ...rest) =>
    snippets.has(name) ? ts.createSourceFile(name, snippets.get(name)!, rest[0]) : getSourceFile(name, ...rest);
  const env = join(dirname(FOLDER), "src/vite-env.d.ts");
  const program = ts.createProgram([...snippets.keys(), env], usual, host);
  const found = ts
    .getPreEmitDiagnostics(program)
    .filter(({ file }) => file && snippets.has(file.fileName))
    .map(
      ({ file, messageText }) =>
        `${file!.fileName.slice(FOLDER.length + 1)}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`,
    );
  expect(found).toEqual([]);
});
