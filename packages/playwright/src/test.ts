import "./library.ts";
import { dirname } from "node:path";
import { test as base, type Page, type WorkerInfo } from "@playwright/test";
import type { GPT2LanguageModel } from "insitu";
import { type AttachedModel, type AttachOptions, attach } from "./attach/attach.ts";
import { type ModelOptions, openModel } from "./host/openModel.ts";
import { webgpu } from "./launch.ts";
import { describeDevice, noteDevice } from "./noteDevice.ts";
import { withMembers } from "./withMembers.ts";

/** What `use: { insitu: … }` in playwright.config.ts may say. */
export interface InsituOptions extends Omit<ModelOptions, "folder" | "baseURL" | "signal"> {
  /** A folder on disk (relative to the configuration), a URL, a path on the server of `baseURL`, or a hub id. */
  model?: string | URL;
}

/** The model of the `model` fixture. */
export type FixtureModel = GPT2LanguageModel & {
  /** The model of the app under test: `attach(page)`. */
  attach(page: Page, options?: AttachOptions): Promise<AttachedModel>;
};

export interface InsituWorkerFixtures {
  insitu: InsituOptions;
  model: FixtureModel;
}

/** Playwright's `test` with the `model` fixture, in a browser that has WebGPU. */
export const test = base.extend<object, InsituWorkerFixtures>({
  insitu: [{}, { option: true, scope: "worker" }],

  launchOptions: [
    async ({ launchOptions, insitu, browserName }, use, worker) => {
      if (browserName !== "chromium") return use(launchOptions);
      const { channel } = worker.project.use;
      return use(webgpu(insitu, channel ? { channel, ...launchOptions } : launchOptions));
    },
    { scope: "worker" },
  ],

  // Once a worker: loading is what takes time. As long as it takes: a download has time-outs of its own.
  model: [
    async ({ browser, insitu }, use, worker) => {
      const { model, ...options } = insitu;
      const place = { folder: folderOf(worker), baseURL: worker.project.use.baseURL };
      const loaded = await openModel(browser, model ?? "", { ...options, ...place });
      if (worker.workerIndex === 0) console.log(`insitu: ${model} on ${describeDevice(loaded.device)}`);
      await use(
        withMembers(noteDevice(loaded), { attach: (page: Page, options?: AttachOptions) => attach(page, options) }),
      );
      await loaded.dispose();
    },
    { scope: "worker", timeout: 0 },
  ],
});

const folderOf = ({ config }: WorkerInfo) => (config.configFile ? dirname(config.configFile) : config.rootDir);
