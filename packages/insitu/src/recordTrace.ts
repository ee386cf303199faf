/** From a body to a recording: runs it once against a recorder, and checks what it left. */
import { AsyncBodyError, type Generation, type Invoke, PromptError, type SpecIndex } from "@insitu/program";
import { atLine, callSite } from "./callSite.ts";
import { recordWith } from "./currentRecorder.ts";
import { Places } from "./places.ts";
import type { Prompt } from "./prompts.ts";
import { Recorder, type SessionLink } from "./recorder.ts";
import { checkSaved, refusePromise, valuesIn } from "./results.ts";
import { PromptGatherer, RecordingTracer, Restart, type Tracer } from "./tracer.ts";

export interface RecordRequest<T> {
  index: SpecIndex;
  toInvoke: (prompt: Prompt) => Invoke;
  /** Undefined where the body gives its prompts itself, by `tracer.invoke`. */
  prompt: Prompt | undefined;
  body: (tracer: Tracer) => T;
  /** Bodies of `model.edit`, which run first, on the whole batch. */
  edits: readonly ((tracer: Tracer) => void)[];
  /** How to generate; undefined for a trace. */
  generation?: Generation | undefined;
  /** Only shapes are asked for: what is saved, and what is left unused, does not matter. */
  shapesOnly: boolean;
  session?: SessionLink | undefined;
  /** Told of the places of the recording before any body runs. */
  onStart: (places: Places) => void;
}

export interface Recording<T> {
  recorder: Recorder;
  result: T;
}

/** How often a body may change its prompts between runs before it is told to make up its mind. */
const MOST_RESTARTS = 8;

/** @throws everything that `LanguageModel.trace` throws while recording. */
export function recordTrace<T>(request: RecordRequest<T>): Recording<T> {
  const { body, prompt } = request;
  if (typeof body !== "function") {
    throw new AsyncBodyError("trace was given no body.", "Pass a function: model.trace(prompt, () => { … }).").at(
      callSite(),
    );
  }
  let invokes = prompt === undefined ? gather(request) : [request.toInvoke(prompt)];
  for (let run = 0; run < MOST_RESTARTS; run++) {
    try {
      return record(request, invokes);
    } catch (error) {
      if (!(error instanceof Restart)) throw error;
      invokes = [...error.invokes];
    }
  }
  throw new PromptError("The body gives other prompts every time it runs.", "Make them before the trace.").at(
    callSite(),
  );
}

/** The prompts of a body's invokes, as far as it gets without their bodies. */
function gather({ toInvoke, body }: Pick<RecordRequest<unknown>, "toInvoke" | "body">): Invoke[] {
  const gatherer = new PromptGatherer(toInvoke);
  try {
    body(gatherer);
  } catch {
    // What is wrong shows again, at the right place, when the body is recorded.
  }
  if (gatherer.invokes.length === 0) {
    throw new PromptError(
      "The trace has no prompt.",
      "Pass one: model.trace(prompt, body), or call tracer.invoke(prompt, body).",
    ).at(callSite());
  }
  return gatherer.invokes;
}

function record<T>(request: RecordRequest<T>, invokes: readonly Invoke[]): Recording<T> {
  const { index } = request;
  const recorder = new Recorder(index, invokes, request.session, request.generation);
  try {
    return { recorder, result: runBody(request, recorder) };
  } finally {
    recorder.end();
  }
}

function runBody<T>(request: RecordRequest<T>, recorder: Recorder): T {
  const { index, prompt, body, edits, toInvoke } = request;
  const places = new Places(recorder);
  const tracer = new RecordingTracer(places, index, toInvoke, prompt !== undefined);
  request.onStart(places);
  const result = recordWith(recorder, () => {
    tracer.editing = true;
    for (const edit of edits) atLine(undefined, () => places.within(null, () => edit(tracer)));
    tracer.editing = false;
    const returned = prompt === undefined ? body(tracer) : places.within(0, () => body(tracer));
    refusePromise(returned);
    tracer.finish();
    return returned;
  });
  recorder.reach.checkSkips(recorder.invokes.length);
  if (request.shapesOnly) return result;
  checkSaved(result);
  const names = new Map<object, string>(valuesIn(result).map(({ value, name }) => [value, name]));
  for (const [i, value] of recorder.toSave.entries()) {
    recorder.save(value.finalNode()).name = names.get(value) || `save${i}`;
  }
  for (const { value, id } of recorder.toHold) recorder.hold(value.finalNode(), id);
  recorder.checkUsed();
  return result;
}
