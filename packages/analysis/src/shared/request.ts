/** One experiment, one request: its programs are recorded at once and run together. */
import "../library.ts";
import {
  ArgumentError,
  atLine,
  CancelledError,
  callSite,
  type GPT2LanguageModel,
  InsituError,
  type Prompt,
  type Tensor,
  type TraceAllOptions,
  type TraceProgram,
  type Value,
} from "insitu";

/** How an experiment runs, and who is told of it: `onProgress`, `signal`, `chunkBytes`, as in `model.traceAll`. */
export type RunOptions = TraceAllOptions;

/** What a body gives: saved values by name. Those that only hold give nothing. */
type Saving = Record<string, Value>;

/** A recorded program, and, once the request is done, what it saved. */
export class Recorded {
  private saved: Record<string, Tensor> | undefined;

  resolve(saved: Record<string, Tensor>): void {
    this.saved = saved;
  }

  get(name: string): Tensor {
    const tensor = this.saved?.[name];
    if (!tensor) throw new Error(`${name} was not saved`);
    return tensor;
  }
}

/** The programs of a request. */
export class Request {
  /** Recorded in order, once all are known. */
  readonly programs: (() => TraceProgram)[] = [];
  readonly recorded: Recorded[] = [];

  constructor(readonly model: GPT2LanguageModel) {}

  /** Adds a trace. Values that it holds may be used in the bodies added after it. What it gives is saved. */
  trace(prompt: Prompt, body: () => Saving | undefined, by = this.model): Recorded {
    return this.add(() => by.record(prompt, () => saved(body())));
  }

  /** Adds any program. */
  add(record: () => TraceProgram): Recorded {
    const recorded = new Recorded();
    this.programs.push(record);
    this.recorded.push(recorded);
    return recorded;
  }
}

/**
 * Makes a request with `build`, records it with pauses in which the page is free, runs it, and gives what `build` gave,
 * its `Recorded` filled. @throws what `model.traceAll` throws.
 */
export async function oneRequest<T>(
  model: GPT2LanguageModel,
  options: RunOptions,
  build: (request: Request) => T,
): Promise<T> {
  // All of it is the caller's: a stack trace for every value of every cell would take most of the time.
  const line = callSite();
  const { onProgress, signal, chunkBytes } = options;
  try {
    checkOptions(options);
    const request = new Request(model);
    const built = build(request);
    const results = await model.traceAll(
      function* () {
        for (const record of request.programs) {
          yield atLine(line, record);
          // What is recorded so far goes no further than the signal.
          if (signal?.aborted) return;
        }
      },
      { ...(onProgress && { onProgress }), ...(signal && { signal }), ...(chunkBytes !== undefined && { chunkBytes }) },
    );
    for (const [i, one] of request.recorded.entries()) one.resolve(results[i] as Record<string, Tensor>);
    return built;
  } catch (error) {
    throw error instanceof InsituError ? error.at(line) : error;
  }
}

/** @throws ArgumentError; CancelledError where the signal is aborted already. */
function checkOptions({ onProgress, signal, chunkBytes }: RunOptions): void {
  const wrong = (what: string, given: unknown, remedy: string) =>
    new ArgumentError(`${what} is ${typeof given === "object" ? JSON.stringify(given) : String(given)}.`, remedy);
  if (chunkBytes !== undefined && !(typeof chunkBytes === "number" && chunkBytes > 0))
    throw wrong("chunkBytes", chunkBytes, "It is a positive number of bytes.");
  if (onProgress !== undefined && typeof onProgress !== "function")
    throw wrong("onProgress", onProgress, "It is a function of { done, total }.");
  if (signal !== undefined && typeof signal?.addEventListener !== "function")
    throw wrong("signal", signal, "It is an AbortController's signal.");
  if (signal?.aborted) throw new CancelledError("The run was cancelled before it began.", "Its signal was aborted.");
}

/** Integers from 0. */
export const indices = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/**
 * Indices that the reader chose, negative ones from the end, each once; all where none was. One number is a list of it.
 * @throws ArgumentError
 */
export function chosen(given: readonly number[] | number | undefined, count: number, what: string): number[] {
  if (given === undefined) return indices(count);
  const list = typeof given === "number" ? [given] : given;
  if (!Array.isArray(list) || list.length === 0) {
    throw new ArgumentError(`${what} is ${JSON.stringify(given)}: nothing would run.`, "Name some, or leave it out.", {
      [what]: given,
    }).at(callSite());
  }
  const found = list.map((i) => {
    if (!Number.isInteger(i) || i < -count || i >= count) {
      throw new ArgumentError(`${what} names ${i}; there are ${count}.`, `Use 0 to ${count - 1}, or -1 for the last.`, {
        [what]: given,
      }).at(callSite());
    }
    return i < 0 ? i + count : i;
  });
  return [...new Set(found)];
}

function saved(values: Saving | undefined): Saving | undefined {
  for (const value of Object.values(values ?? {})) value.save();
  return values;
}
