import type { InsituWorkerFixtures } from "@insitu/playwright";
import { defineConfig } from "@playwright/test";

export default defineConfig<object, InsituWorkerFixtures>({
  testDir: "tests",
  workers: 1,
  reporter: "list",
  // One snapshot for every system: tolerances take care of what differs.
  snapshotPathTemplate: "{testDir}/{testFileName}-snapshots/{arg}{ext}",
  use: { insitu: { model: "./weights/tiny", adapter: "software" } },
});
