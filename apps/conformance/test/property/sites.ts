/** The places of the model as a random program meets them. */
import type { GPT2LanguageModel, Value } from "insitu";

export type Site = GPT2LanguageModel["spec"]["sites"][number];

/** What may be done at a place without making numbers that no two machines agree on. */
export type Nature = "plain" | "ids" | "divisor" | "scores" | "fixed";

export function natureOf(site: Site): Nature {
  if (site.readonly) return "fixed";
  if (site.dtype === "int32") return "ids";
  // A norm divides by it.
  if (site.port === "source.scale") return "divisor";
  // Masked scores are -1e30.
  if (site.port === "source.scores") return "scores";
  return "plain";
}

/** The places of one forward pass, in the order in which they pass. */
export function sitesOf(model: GPT2LanguageModel): Site[] {
  return model.spec.sites.filter((site) => !site.afterwards).sort((a, b) => a.stage - b.stage);
}

type Holder = Record<string, unknown>;

/** The object that holds a place, and its name there: `output.0` is `0` of the module's output. */
function locate(model: GPT2LanguageModel, { module, port }: Site): [Holder, string] {
  const handle = model.get(module) as Holder;
  const [head, tail] = port.split(".") as [string, string?];
  if (tail === undefined) return [handle, head];
  if (head === "inputs") return [(handle["inputs"] as [unknown, Holder])[1], tail];
  return [handle[head] as Holder, tail];
}

export function readSite(model: GPT2LanguageModel, site: Site): Value {
  const [holder, name] = locate(model, site);
  return holder[name] as Value;
}

export function replaceSite(model: GPT2LanguageModel, site: Site, value: Value): void {
  const [holder, name] = locate(model, site);
  holder[name] = value;
}
