import { describeProgress } from "insitu/progress";
import type { ModelInUse } from "../model/useModel.ts";
import type { TracePlaygroundState } from "./useTracePlayground.ts";

/** One line that says how far a playground is. */
export function playgroundStatus(model: ModelInUse, { status, elapsed = 0, edited }: TracePlaygroundState): string {
  if (status === "error" || model.status === "error") return "";
  if (model.status === "loading")
    return model.progress ? `${describeProgress(model.progress)} …` : "Loading the model …";
  switch (status) {
    case "waiting":
      return "Waiting …";
    case "running":
      return "Running …";
    case "stopped":
      return "Stopped.";
    case "done":
      return `${Math.round(elapsed)} ms, ${model.adapter}${edited ? "; the code has changed since" : ""}`;
    default:
      return model.adapter ?? "The model is not loaded yet.";
  }
}
