import type { Spread } from "./samples.ts";

/** A line of the table. */
export interface Row {
  name: string;
  /** Null where it was not measured: `note` says why. */
  value: number | null;
  min: number | null;
  max: number | null;
  unit: string;
  /** Such as `<= 9`; null where a figure is for information only. */
  bar: string | null;
  /** Null where there is no bar to pass, or where this runtime cannot run the row. */
  pass: boolean | null;
  note?: string;
}

export interface Bar {
  is: "<=" | ">=";
  limit: number;
}

export const atMost = (limit: number): Bar => ({ is: "<=", limit });
export const atLeast = (limit: number): Bar => ({ is: ">=", limit });

/** A measured row. One whose contestants disagree does not count, whatever its figure. */
export function measured(
  name: string,
  unit: string,
  figure: number | Spread,
  bar: Bar | null,
  { note = "", wrong = "" }: { note?: string; wrong?: string | undefined } = {},
): Row {
  const { value, min, max } = typeof figure === "number" ? { value: figure, min: figure, max: figure } : figure;
  const reached = bar && (bar.is === "<=" ? value <= bar.limit : value >= bar.limit);
  const notes = [wrong && `does not count: ${wrong}`, note].filter(Boolean).join("; ");
  return {
    name,
    value,
    min,
    max,
    unit,
    bar: bar && barText(bar),
    pass: wrong ? false : reached,
    ...(notes ? { note: notes } : {}),
  };
}

/** What the engine does not have yet, or what broke: its bar is not passed. */
export function failed(name: string, unit: string, bar: Bar | null, note: string): Row {
  return { name, value: null, min: null, max: null, unit, bar: bar && barText(bar), pass: false, note };
}

/** What this runtime cannot run. */
export function skipped(name: string, note: string): Row {
  return { name, value: null, min: null, max: null, unit: "", bar: null, pass: null, note };
}

function barText({ is, limit }: Bar): string {
  return `${is} ${Number(limit.toFixed(3))}`;
}
