import type { Bench } from "./bench.ts";
import type { Row } from "./row.ts";

/** Something that the bench measures: rows that are had together, under one name that `--only` finds. */
export interface Figure {
  name: string;
  /** Names of its rows that do not begin with its own, for `--only` to find. */
  also?: readonly string[];
  /** Only with `--full`: too long for a software adapter. */
  full?: boolean;
  /** Why it cannot run outside a browser, where it cannot. */
  browserOnly?: string;
  measure(bench: Bench): Promise<Row[]>;
}
