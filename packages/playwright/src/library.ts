/** Errors of recorded bodies name the test's own line: neither this package's nor Playwright's. */
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { asLibrary } from "insitu";

asLibrary(import.meta.url);

let from = import.meta.url;
for (const name of ["@playwright/test", "playwright", "playwright-core"]) {
  from = pathToFileURL(createRequire(from).resolve(`${name}/package.json`)).href;
  asLibrary(from);
}
