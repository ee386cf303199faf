import type { Tensor, Value } from "insitu";
import type { EditName, Parameter, Settings } from "./settings.ts";

/** One way to change an activation: the code a reader would write, and the same as a function. */
export interface Edit {
  label: string;
  /** What it is for, in a few words. */
  purpose: string;
  uses: readonly Parameter[];
  /** The lines for a place written `here`. What the second prompt gave is called `there`. */
  code(here: string, settings: Settings): string[];
  /** Does, within a trace, what `code` says. */
  apply(here: Value, settings: Settings, there: Tensor): void;
}

export const EDITS: Record<EditName, Edit> = {
  none: {
    label: "None",
    purpose: "leave it as it is",
    uses: [],
    code: () => [],
    apply: () => {},
  },
  zero: {
    label: "Zero",
    purpose: "take it away",
    uses: [],
    code: (here) => [`${here}.set(0);`],
    apply: (here) => here.set(0),
  },
  scale: {
    label: "Scale",
    purpose: "turn it up or down",
    uses: ["factor"],
    code: (here, { factor }) => [`${here}.mul_(${factor});`],
    apply: (here, { factor }) => here.mul_(factor),
  },
  steer: {
    label: "Steer",
    purpose: "push it towards a second prompt",
    uses: ["towards", "strength"],
    code: (here, { strength }) => [
      `const here = ${here};`,
      `here.add_(here.neg().add(there).mul(${strength})); // there − here, × ${strength}`,
    ],
    apply: (here, { strength }, there) => here.add_(here.neg().add(there).mul(strength)),
  },
  patch: {
    label: "Patch",
    purpose: "put a second prompt's in its place",
    uses: ["towards"],
    code: (here) => [`${here}.set(there);`],
    apply: (here, _, there) => here.set(there),
  },
  head: {
    label: "Ablate a head",
    purpose: "silence one attention head",
    uses: ["head"],
    code: (here) => [`${here}.set(0);`],
    apply: (here) => here.set(0),
  },
};

/** Whether the edit compares with a second prompt. */
export const hasSecondPrompt = ({ edit }: Settings): boolean => EDITS[edit].uses.includes("towards");
