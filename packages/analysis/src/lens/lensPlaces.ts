/** The places of the residual stream that a logit lens reads. */
import { ArgumentError, callSite, type GPT2LanguageModel, type Value } from "insitu";
import { chosen } from "../shared/request.ts";
import { valueAt } from "../shared/sites.ts";

/** A place of every layer; "embed" is the stream before the first. */
export type LensSite = (typeof SITES)[number];

const SITES = ["embed", "resid_pre", "resid_mid", "resid_post"] as const;

export interface LensPlace {
  /** "embed", "0_pre", "0_mid", "0_post" … */
  label: string;
  site: LensSite;
  /** 0 for "embed". */
  layer: number;
}

/** The places in the order in which the stream passes them. @throws ArgumentError */
export function lensPlaces(
  sites: readonly LensSite[] | undefined,
  layers: readonly number[] | undefined,
  count: number,
): LensPlace[] {
  const named = [sites ?? ["embed", "resid_post"]].flat() as readonly LensSite[];
  const unknown = named.find((site) => !SITES.includes(site));
  if (unknown !== undefined || named.length === 0) {
    throw new ArgumentError(
      unknown === undefined ? "sites is empty: nothing would be read." : `There is no site ${JSON.stringify(unknown)}.`,
      `A lens reads ${SITES.join(", ")}.`,
      { sites: named },
    ).at(callSite());
  }
  const order = [...new Set(chosen(layers, count, "layers"))].sort((a, b) => a - b);
  const places: LensPlace[] = named.includes("embed") ? [{ label: "embed", site: "embed", layer: 0 }] : [];
  for (const layer of order) {
    for (const site of SITES) {
      if (site === "embed" || !named.includes(site)) continue;
      places.push({ label: `${layer}_${site.slice("resid_".length)}`, site, layer });
    }
  }
  return places;
}

/** The stream at a place, inside a trace: [prompts, tokens, width]. */
export function streamAt(model: GPT2LanguageModel, { site, layer }: LensPlace): Value {
  return valueAt(model, site === "embed" ? "resid_pre" : site, layer);
}
