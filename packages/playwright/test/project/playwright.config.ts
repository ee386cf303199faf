/** A suite that `runs.e2e.ts` runs: some of its tests fail, on purpose. */
import type { InsituWorkerFixtures } from "@insitu/playwright";
import { defineConfig } from "@playwright/test";
import { chromiumLaunch } from "../../../../scripts/chromium.mjs";

export default defineConfig<object, InsituWorkerFixtures>({
  testMatch: "**/*.spec.ts",
  workers: 1,
  outputDir: process.env["PROJECT_OUT"] as string,
  snapshotDir: `${process.env["PROJECT_OUT"]}-snapshots`,
  reporter: "json",
  use: { launchOptions: chromiumLaunch(), insitu: { model: "../../../../weights/tiny", adapter: "software" } },
});
