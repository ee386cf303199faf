import { InsituError } from "insitu";

/** What the code of one run is called: in stacks, in errors' lines, in the browser's tools. */
export const codeFile = (run: number): string => `playground-${run}.ts`;

const LINE = /\bplayground-\d+\.ts:(\d+)/;

/** The line of the editor that an error is about, counted from 1, where that is known. */
export function codeLine(error: Error): number | undefined {
  const own = error instanceof InsituError ? error.line : undefined;
  const found = LINE.exec(own ?? "") ?? LINE.exec(error.stack ?? "");
  return found ? Number(found[1]) : undefined;
}
