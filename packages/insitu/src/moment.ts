import type { SiteSpec } from "@insitu/program";

/** A place at a step of a generation. */
export interface Moment {
  site: SiteSpec;
  step: number;
}

/** Gradients exist when the forward pass is over. */
export const AFTERWARDS: Moment = {
  site: { module: "the backward pass", port: "grad", shape: [], dtype: "float32", stage: Number.POSITIVE_INFINITY },
  step: Number.POSITIVE_INFINITY,
};

/** Whether one passes after another. */
export function isLater(a: Moment, b: Moment): boolean {
  return a.step > b.step || (a.step === b.step && a.site.stage > b.site.stage);
}
