/** Errors of recorded bodies name the test's own line: neither this package's nor Playwright's. */
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { asLibrary } from "insitu";

asLibrary(import.meta.url);

// Playwright reads source maps: what is published is then named as its sources, which lie beside dist/esm.
for (const name of ["insitu", "@insitu/playwright", "@insitu/analysis"]) {
  try {
    asLibrary(new URL("../../src/index.ts", import.meta.resolve(name)).href);
  } catch {
    // It is not installed.
  }
}

let from = import.meta.url;
for (const name of ["@playwright/test", "playwright", "playwright-core"]) {
  from = pathToFileURL(createRequire(from).resolve(`${name}/package.json`)).href;
  asLibrary(from);
}
