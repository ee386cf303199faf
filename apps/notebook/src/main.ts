/** The page: what is chosen goes into an experiment, what comes of it into the tables. */
import { BackendError, DisposedError, type GPT2LanguageModel, WorkerError } from "insitu";
import { CodeView, codeOf } from "./code.ts";
import { Controls, element, type ModelSize } from "./controls.ts";
import { Experimenter, FieldError, type Predictions } from "./experiment.ts";
import { formatPercent } from "./format.ts";
import { latest } from "./latest.ts";
import { ModelView } from "./model.ts";
import { toProblem } from "./problem.ts";
import { readAddress } from "./settings.ts";
import { TopTokens } from "./topTokens.ts";

/** Long enough that typing does not start a run with every letter. */
const DEBOUNCE_MILLISECONDS = 250;

interface Loaded {
  model: GPT2LanguageModel;
  size: ModelSize;
  experimenter: Experimenter;
}

const address = readAddress();
const controls = new Controls(element("experiment") as HTMLFormElement, address.prompt);
const modelView = new ModelView(element("model"), address);
const codeView = new CodeView(element("code"), element("copy") as HTMLButtonElement);
const before = new TopTokens(element("before"), "Before the edit", false);
const after = new TopTokens(element("after"), "After the edit", true);
const status = element("status");

let loaded: Loaded | undefined;
/** The prompt whose predictions stand in the first table. */
let shownPrompt: string | undefined;

const runSoon = latest(run);
controls.onChange((now) => refresh(now ? 0 : DEBOUNCE_MILLISECONDS));
codeView.show(codeOf(controls.read(), address));
controls.awaitTokens();
element("page").hidden = false;
await start();

async function start(): Promise<void> {
  loaded = undefined;
  for (const table of [before, after]) table.clear(true);
  controls.awaitTokens();
  controls.showProblem(undefined);
  shownPrompt = undefined;
  status.textContent = "";
  const model = await modelView.load(start);
  if (!model) {
    for (const table of [before, after]) table.clear();
    return;
  }
  const { spec, transformer } = model;
  const z = spec.sites.find(({ port }) => port === "source.z");
  const size: ModelSize = { layers: transformer.h.length, heads: Number(z?.shape[2] ?? 1), maxTokens: spec.maxTokens };
  loaded = { model, size, experimenter: new Experimenter(model) };
  controls.setModel(size);
  refresh(0);
}

/** Shows at once what follows from the settings alone, and runs the experiment after a delay. */
function refresh(delay: number): void {
  if (loaded) controls.setTokens(loaded.model.tokenizer.toStrTokens(controls.read().prompt), loaded.size);
  else controls.awaitTokens();
  const settings = controls.read();
  codeView.show(codeOf(settings, address));
  if (!loaded) return;
  status.textContent = "Running …";
  before.busy = settings.prompt !== shownPrompt;
  after.busy = true;
  runSoon(delay);
}

async function run(signal: AbortSignal): Promise<void> {
  if (!loaded) return;
  const { experimenter, model } = loaded;
  const settings = controls.read();
  try {
    const first = await experimenter.before(settings);
    if (signal.aborted) return;
    // At once, should the edit take its time; the scale may have to change for the other table.
    if (shownPrompt !== settings.prompt) before.show(first, scaleOf(first));
    shownPrompt = settings.prompt;
    const second = await experimenter.after(settings, first, signal);
    if (signal.aborted) return;
    controls.showProblem(undefined);
    show(first, second);
    modelView.showMemory(await model.memory());
  } catch (error) {
    if (!signal.aborted) fail(error);
  }
}

function show(first: Predictions, second: Predictions): void {
  const scale = scaleOf(first, second);
  before.show(first, scale);
  after.show(second, scale);
  const top = second.rows[0];
  if (top)
    status.textContent = `Most likely after the edit: ${JSON.stringify(top.token)}, ${formatPercent(top.probability)}`;
}

/** A full bar is the most likely token of all. */
function scaleOf(...all: Predictions[]): number {
  return Math.max(...all.flatMap(({ rows }) => rows.map(({ probability }) => probability)));
}

/** Says what went wrong. A result that no longer belongs to what is chosen is not left standing. */
function fail(error: unknown): void {
  const { field, cause } = error instanceof FieldError ? error : { field: "edit" as const, cause: error };
  const modelIsGone = cause instanceof BackendError || cause instanceof WorkerError || cause instanceof DisposedError;
  after.clear();
  if (modelIsGone || field === "prompt") {
    before.clear();
    shownPrompt = undefined;
  }
  status.textContent = "No result";
  if (modelIsGone) {
    loaded?.model.dispose().catch(() => {});
    loaded = undefined;
    modelView.showFailure(cause, start);
  } else {
    controls.showProblem(field, toProblem(cause));
  }
}
