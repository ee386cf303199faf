import "../library.ts";
import type { Browser } from "@playwright/test";
import {
  BackendError,
  type EngineProtocol,
  type GPT2LanguageModel,
  LanguageModel,
  type LoadOptions,
  type WireError,
} from "insitu";
import { endOf } from "../bridge/engineEnd.ts";
import { PageEngine, reasonOf } from "../bridge/pageEngine.ts";
import type { Adapter } from "../launch.ts";
import { HOST_KEY } from "./hostPage.ts";
import { startHostServer } from "./hostServer.ts";
import { type ModelPlace, modelPlace, nameOf } from "./modelPlace.ts";

export interface ModelOptions extends Omit<LoadOptions, "engine"> {
  /** Which adapter WebGPU is to run on; "hardware" is an error where there is none. "any" unless given. */
  adapter?: Adapter;
  /** What relative folders are relative to; the working directory unless given. */
  folder?: string;
  /** What paths that are no folders are relative to. */
  baseURL?: string | undefined;
}

/**
 * Loads a model into a page of its own in this browser, for tests and scripts without the `model` fixture.
 * Its `dispose` closes the page.
 *
 * @param model A folder on disk, a URL, a path on the server of `baseURL`, or a hub id.
 * @throws CheckpointError, BackendError, WorkerError, and what `LanguageModel.load` throws.
 */
export async function openModel(
  browser: Browser,
  model: string | URL,
  { adapter = "any", folder = process.cwd(), baseURL, backend, ...options }: ModelOptions = {},
): Promise<GPT2LanguageModel> {
  const place = modelPlace(model, { folder, baseURL });
  const server = await startHostServer(place);
  const close = () => {
    server.close();
    return context?.close().catch(() => {});
  };
  let context: Awaited<ReturnType<Browser["newContext"]>> | undefined;
  try {
    context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(server.url);
    const engine = new PageEngine(page.mainFrame(), HOST_KEY, pageGone);
    const source = place.kind === "hub" ? place.id : `${server.url}model/`;
    const loaded = await LanguageModel.load(source, {
      // Where auto takes wasm rather than a software adapter, a test asks for what it tests.
      backend: backend ?? (browser.browserType().name() === "chromium" ? "webgpu" : "auto"),
      ...options,
      engine: endOf(served(engine, place, source, close)),
    });
    if (adapter === "hardware" && (loaded.device.backend !== "webgpu" || loaded.device.software)) {
      throw new BackendError(
        `The model runs on ${loaded.device.backend}, ${loaded.device.adapter}: this is not a GPU.`,
        'Run on a machine with a GPU, or set insitu: { adapter: "any" }.',
        { adapter: loaded.device.adapter },
      );
    }
    return loaded;
  } catch (error) {
    await close();
    // Playwright's own words on a browser that is gone, or cannot open a page.
    if (error instanceof Error && /^(browser|page)\w*\./i.test(error.message)) {
      throw new BackendError(`The browser gave the model no page: ${reasonOf(error)}.`, "Start it again.");
    }
    throw error;
  }
}

function served(engine: PageEngine, place: ModelPlace, source: string, close: () => unknown): EngineProtocol {
  return engine.protocol({
    async load(request, onProgress, fetch) {
      if (fetch) return { ok: false, error: NO_FETCH };
      // A page of an own address keeps nothing for the next.
      const files = request.kind === "gpt2" ? { files: { ...request.files, useBrowserCache: false } } : {};
      const outcome = await engine.call("load", { ...request, ...files }, onProgress);
      return outcome.ok ? outcome : { ok: false, error: renamed(outcome.error, source, nameOf(place)) };
    },
    async dispose() {
      await close();
      return { ok: true, value: undefined };
    },
  });
}

const pageGone = (why: string): WireError => ({
  name: "WorkerError",
  problem: `The page that the model runs in no longer answers: ${why}.`,
  remedy: "Load the model again; did a test close the browser?",
  details: {},
});

/** A model's files are named as the reader named them, not as the page fetches them. */
function renamed(error: WireError, source: string, name: string): WireError {
  const replace = (text: string) => text.replaceAll(source, name).replaceAll(source.replace(/\/$/, ""), name);
  return { ...error, problem: replace(error.problem), remedy: replace(error.remedy) };
}

const NO_FETCH: WireError = {
  name: "CheckpointError",
  problem: "env.fetch cannot fetch for a model in a page.",
  remedy: "Leave it out: put the files into a folder, or name the URL of a server of your own.",
  details: {},
};
