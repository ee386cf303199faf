/** What a cell threw, with its line in the cell. */
import { InsituError } from "insitu";
import type { ErrorOutput } from "../outputs/output.ts";
import { CellSyntaxError } from "./compileCell.ts";

const PLACE = /\bcell-([\w-]+)\.ts:(\d+):(\d+)/;

/** `indent`: characters that stand before the cell's own on its first line. */
export function errorOutput(error: unknown, cell: string, indent: number): ErrorOutput {
  if (error instanceof CellSyntaxError) {
    const { message, remedy, line, column } = error;
    return { kind: "error", name: "SyntaxError", message, remedy, line, column };
  }
  if (!(error instanceof Error)) return { kind: "error", name: "Thrown", message: String(error) };
  const place = PLACE.exec(error instanceof InsituError ? (error.line ?? "") : "") ?? PLACE.exec(error.stack ?? "");
  const where = place && whereOf(place, cell, indent);
  if (error instanceof InsituError)
    return { kind: "error", name: error.name, message: error.problem, remedy: error.remedy, ...where };
  return { kind: "error", name: error.name, message: error.message, remedy: remedyOf(error), ...where };
}

function whereOf([, name, line, column]: RegExpExecArray, cell: string, indent: number) {
  if (name !== cell) return { cell: name, line: Number(line) };
  return { line: Number(line), column: line === "1" ? Math.max(1, Number(column) - indent) : Number(column) };
}

function remedyOf({ name, message }: Error): string | undefined {
  const missing = name === "ReferenceError" ? /^(\S+) is not defined$/.exec(message) : null;
  if (missing?.[1] === "model") return "No model is loaded: pick one in the model bar.";
  if (missing) return `Run the cell that declares ${missing[1]} first, or look at its spelling.`;
  return undefined;
}
