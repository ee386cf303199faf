/** Many traces in one request. */
import { ArgumentError, InsituError, type TraceProgram } from "@insitu/program";
import { callSite } from "./callSite.ts";
import type { EngineClient, RunAllOptions } from "./engineClient.ts";
import type { Recording } from "./recordTrace.ts";
import { type Resolved, resolve } from "./results.ts";
import { savedTensor, savesByName } from "./saves.ts";
import type { Tensor } from "./tensor.ts";

/** How `traceAll` runs, and who is told of it. */
export type TraceAllOptions = RunAllOptions;

/** Runs recorded programs. Gives the saved values of each, by name. */
export async function runPrograms(
  client: EngineClient,
  programs: readonly TraceProgram[],
  options: TraceAllOptions | undefined,
): Promise<Record<string, Tensor>[]> {
  if (!Array.isArray(programs)) {
    throw new ArgumentError(
      "traceAll was given no list.",
      "Pass programs of model.record, or bodies: model.traceAll(prompt, bodies).",
    ).at(callSite());
  }
  if (programs.length === 0) return [];
  const { saved } = await client.runAll(programs, options);
  return programs.map((program, i) => savesByName(program, saved[i] ?? []));
}

/** Records bodies, in order, and runs them. Gives what each returned. */
export async function runBodies<B, T>(
  client: EngineClient,
  bodies: readonly B[],
  record: (body: B) => Recording<T>,
  options: TraceAllOptions | undefined,
): Promise<Resolved<T>[]> {
  const recordings = bodies.map((body, program) => {
    try {
      return record(body);
    } catch (error) {
      if (error instanceof InsituError) error.details["program"] = program;
      throw error;
    }
  });
  const idle = recordings.findIndex(({ recorder }) => recorder.toSave.length + recorder.toHold.length === 0);
  if (idle >= 0) console.warn(`insitu: body ${idle} of traceAll saves nothing. (${callSite()})`);
  if (recordings.length === 0) return [];
  const { saved } = await client.runAll(
    recordings.map(({ recorder }) => recorder.program()),
    options,
  );
  return recordings.map(({ recorder, result }, program) => {
    for (const [i, value] of recorder.toSave.entries()) value.resolve(savedTensor(saved[program] ?? [], i));
    return resolve(result);
  });
}
