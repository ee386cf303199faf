import type { InsituWorkerFixtures } from "@insitu/playwright";
import { defineConfig } from "@playwright/test";
import { chromiumLaunch } from "./scripts/chromium.mjs";

const address = "http://localhost:5179/";

/** The pages in a real Chromium; what needs no page is tested by vitest. */
export default defineConfig<object, InsituWorkerFixtures>({
  testDir: ".",
  globalSetup: "./scripts/builtPackages.mjs",
  testMatch: "**/*.e2e.ts",
  workers: 1,
  retries: 0,
  reporter: "list",
  timeout: 60_000,
  expect: { timeout: 30_000 },
  use: {
    baseURL: address,
    // Or each page of the built notebook would keep the whole site first.
    serviceWorkers: "block",
    launchOptions: chromiumLaunch(),
    insitu: {
      model: "./weights/tiny",
      adapter: process.env["INSITU_ADAPTER"] === "hardware" ? "hardware" : "software",
    },
  },
  webServer: [
    { command: "node scripts/serveDev.mjs --port 5179", url: address, reuseExistingServer: false },
    { command: "node apps/notebook/serve.mjs --port 5180", url: "http://localhost:5180/", reuseExistingServer: false },
  ],
});
