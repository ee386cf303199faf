import type { Attrs, AttrValue } from "@insitu/program";

export type Axis = number | readonly number[];

/** Settings without those left out. */
export function attrs(given: Record<string, AttrValue | readonly number[] | undefined>): Attrs {
  const set: Attrs = {};
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined) set[name] = Array.isArray(value) ? [...(value as number[])] : (value as AttrValue);
  }
  return set;
}
