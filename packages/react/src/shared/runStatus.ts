import { describeProgress } from "insitu/progress";
import type { ModelInUse } from "../model/useModel.ts";
import type { Run } from "../run/useRun.ts";

/** One line that says how far a component is: the model's load first, then its own run; `done` once that is done. */
export function runStatus(model: ModelInUse, run: Run<unknown>, done: string): string {
  if (run.status === "error") return "";
  if (model.status === "loading")
    return model.progress ? `${describeProgress(model.progress)} …` : "Loading the model …";
  if (model.status === "idle") return "The model is not loaded yet.";
  if (run.status === "waiting") return "Waiting …";
  if (run.status === "done") return done;
  const { progress } = run;
  return progress ? `Running: ${progress.done} of ${progress.total} …` : "Running …";
}
