/** Errors for names that a model does not have. */
import { type ModuleSpec, type SpecIndex, UnknownModuleError } from "@insitu/program";
import { callSite } from "./callSite.ts";

export function noPlace(spec: ModuleSpec, port: string): UnknownModuleError {
  const name = spec.path || "model";
  return spec.dormant
    ? new UnknownModuleError(
        `${name} never runs: its ${port} does not exist.`,
        "GPT-2's code does not call this module; see model.modules() for those that run.",
        { module: spec.path },
      )
    : new UnknownModuleError(`${name} has no ${port}.`, "See model.modules() for each module's places.", {
        module: spec.path,
        port,
      });
}

export function unknownModule(index: SpecIndex, path: string): UnknownModuleError {
  let parent = path;
  while (parent !== "" && index.children(parent).length === 0) parent = parent.split(".").slice(0, -1).join(".");
  return new UnknownModuleError(
    `There is no module ${JSON.stringify(path)}.`,
    `Under ${parent || "the model"} there are: ${index.children(parent).join(", ")}.`,
    { path },
  ).at(callSite());
}
