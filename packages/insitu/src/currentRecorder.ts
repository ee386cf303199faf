/** The recorder of the body that is running: there is one at most, since bodies are synchronous. */
import { OutsideTraceError } from "@insitu/program";
import { callSite } from "./callSite.ts";
import type { Recorder } from "./recorder.ts";

let current: Recorder | undefined;

/** The recorder of the body that is running. @throws OutsideTraceError naming `what`. */
export function recording(what: string): Recorder {
  if (!current) {
    throw new OutsideTraceError(
      `${what} was used outside a trace.`,
      "Use it inside the body of model.trace(prompt, () => { … }).",
    ).at(callSite());
  }
  return current;
}

/** Makes a recorder the one in use while `body` runs. @throws OutsideTraceError for nested traces. */
export function recordWith<T>(recorder: Recorder, body: () => T): T {
  if (current) {
    throw new OutsideTraceError("A trace was started inside a trace's body.", "Start it after the other has ended.").at(
      callSite(),
    );
  }
  current = recorder;
  try {
    return body();
  } finally {
    current = undefined;
  }
}
