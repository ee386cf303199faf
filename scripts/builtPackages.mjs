/** For Playwright's `globalSetup`: `@insitu/playwright` serves the worker that is published. */
export { buildPackages as default } from "./buildPackages.mjs";
