/** The page: what is chosen goes into an experiment, what comes of it into the tables. */
import { BackendError, DisposedError, type GPT2LanguageModel, WorkerError } from "insitu";
import { CodeView, codeOf } from "./code.ts";
import { Controls, element, type ModelSize } from "./controls.ts";
import { Experimenter, FieldError, type Outcome } from "./experiment.ts";
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
await start();

async function start(): Promise<void> {
  loaded = undefined;
  clearResults("");
  const model = await modelView.load(start);
  if (!model) return;
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
    const outcome = await experimenter.run(settings, signal);
    if (signal.aborted) return;
    controls.showProblem(undefined);
    show(outcome);
    shownPrompt = settings.prompt;
    modelView.showMemory(await model.memory());
  } catch (error) {
    if (!signal.aborted) fail(error);
  }
}

function show(outcome: Outcome): void {
  const scale = Math.max(...[...outcome.before.rows, ...outcome.after.rows].map(({ probability }) => probability));
  before.show(outcome.before, scale);
  after.show(outcome.after, scale);
  const first = outcome.after.rows[0];
  status.textContent = first ? `Most likely after the edit: ${JSON.stringify(first.token)}, ${formatPercent(first.probability)}` : "";
}

function fail(error: unknown): void {
  clearResults("");
  const cause = error instanceof FieldError ? error.cause : error;
  if (cause instanceof BackendError || cause instanceof WorkerError || cause instanceof DisposedError) {
    loaded = undefined;
    modelView.showFailure(toProblem(cause), start);
    return;
  }
  status.textContent = "No result";
  controls.showProblem(error instanceof FieldError ? error.field : "edit", toProblem(cause));
}

/** A result that no longer belongs to what is chosen is not left standing. */
function clearResults(text: string): void {
  before.clear();
  after.clear();
  shownPrompt = undefined;
  status.textContent = text;
}
