import "../library.ts";
import { randomUUID } from "node:crypto";
import type { Frame, Page } from "@playwright/test";
import {
  ArgumentError,
  callSite,
  type EngineProtocol,
  type GPT2LanguageModel,
  LanguageModel,
  type LoadedModel,
  type LoadOptions,
  type Tracer,
  type WireError,
  WorkerError,
} from "insitu";
import { endOf } from "../bridge/engineEnd.ts";
import { PageEngine, reasonOf } from "../bridge/pageEngine.ts";
import { withMembers } from "../withMembers.ts";
import { linkInPage, listInPage } from "./attachInPage.ts";
import { editOfPage, type Undo } from "./editOfPage.ts";

export interface AttachOptions extends Pick<LoadOptions, "rename"> {
  /** Of several models: its number in the order of loading, or what it was loaded from. */
  model?: number | string | RegExp;
  /** Milliseconds to wait for the page to have loaded it; 30 seconds unless given. */
  timeout?: number;
}

/** The model of the app under test: all of a `LanguageModel`, and edits that the app itself sees. */
export type AttachedModel = GPT2LanguageModel & {
  /**
   * Lets every trace that the page itself makes begin with this edit, until it is undone. The body is sent as text, as
   * Playwright's `evaluate` sends functions: what it uses of the test comes in as `arg`.
   * @throws ArgumentError for a body that cannot be recorded in the page.
   */
  editInPage(body: (model: GPT2LanguageModel, arg: undefined, tracer: Tracer) => void): Promise<Undo>;
  editInPage<A>(body: (model: GPT2LanguageModel, arg: A, tracer: Tracer) => void, arg: A): Promise<Undo>;
};

/**
 * The model of a page, or frame, that runs insitu: recorded here, run by the page's own worker. Waits until the page has
 * loaded one. `dispose` ends the attachment, not the model.
 *
 * @throws WorkerError where the page shows no model in time; ArgumentError where it has several and none is chosen.
 */
export async function attach(target: Page | Frame, options: AttachOptions = {}): Promise<AttachedModel> {
  const line = callSite();
  const frame = "mainFrame" in target ? target.mainFrame() : target;
  const key = randomUUID();
  const deadline = Date.now() + (options.timeout ?? 30_000);
  for (;;) {
    const { json, source, problem } = await tryAttach(frame, key, options.model);
    if (json !== undefined) {
      const engine = new PageEngine(frame, key, pageGone);
      const model = await LanguageModel.load(addressLike(source, frame), {
        engine: endOf(served(engine, JSON.parse(json) as LoadedModel)),
        ...(options.rename ? { rename: options.rename } : {}),
      });
      return withMembers(model, { editInPage: editOfPage(frame, key, model) }) as AttachedModel;
    }
    if (problem?.final || Date.now() >= deadline) throw (problem as Problem).error.at(line);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

interface Problem {
  error: ArgumentError | WorkerError;
  /** Whether waiting will not help. */
  final: boolean;
}

async function tryAttach(
  frame: Frame,
  key: string,
  wanted: AttachOptions["model"],
): Promise<{ json?: string | undefined; source?: string; problem?: Problem }> {
  let sources: string[];
  try {
    sources = await frame.evaluate(listInPage);
  } catch (error) {
    const gone = frame.isDetached() || frame.page().isClosed() || /crashed|closed/i.test(String(error));
    const problem = `The page cannot be attached to: ${reasonOf(error)}.`;
    return { problem: { error: new WorkerError(problem, "Attach while it is open."), final: gone } };
  }
  const index = indexOf(sources, wanted);
  if (index instanceof Error) return { problem: { error: index, final: false } };
  if (index === undefined) {
    const has = sources.length === 0 ? "has no model" : `has no model ${wanted}, but ${listOf(sources)}`;
    const error = new WorkerError(
      `The page ${frame.url()} ${has}.`,
      "Attach once it has loaded one with insitu, or wait longer: attach(page, { timeout }).",
      { url: frame.url(), models: sources },
    );
    return { problem: { error, final: false } };
  }
  const json = await frame.evaluate(linkInPage, { index, key }).catch(() => undefined);
  const error = new WorkerError("The model was gone as it was attached to.", "Attach again.");
  return { json, source: sources[index] as string, problem: { error, final: false } };
}

/** Which of several models; an error where that is not said. */
function indexOf(sources: readonly string[], wanted: AttachOptions["model"]): number | undefined | ArgumentError {
  if (typeof wanted === "number") return wanted < sources.length ? wanted : undefined;
  const fitting = sources.flatMap((source, i) => (fits(source, wanted) ? [i] : []));
  if (fitting.length < 2) return fitting[0];
  return new ArgumentError(
    `The page has ${fitting.length} models${wanted === undefined ? "" : ` like ${wanted}`}: ${listOf(sources)}.`,
    "Choose one: attach(page, { model: 0 }), or by what it was loaded from.",
    { models: sources },
  );
}

function fits(source: string, wanted: string | RegExp | undefined): boolean {
  if (wanted === undefined) return true;
  return typeof wanted === "string" ? source.includes(wanted) : wanted.test(source);
}

const listOf = (sources: readonly string[]) => sources.map((source, i) => `${i}: ${JSON.stringify(source)}`).join(", ");

/** The app's own name for the model, as an address that can be read from here. */
function addressLike(source: string | undefined, frame: Frame): string {
  return URL.canParse(source ?? "", frame.url()) ? new URL(source ?? "", frame.url()).href : "attached";
}

function served(engine: PageEngine, loaded: LoadedModel): EngineProtocol {
  return engine.protocol({
    load: async () => ({ ok: true, value: loaded }),
    dispose: async () => ({ ok: true, value: undefined }),
  });
}

const pageGone = (why: string): WireError => ({
  name: "WorkerError",
  problem: `The page under test no longer answers: ${why}.`,
  remedy: "Attach to it again: await attach(page).",
  details: {},
});
