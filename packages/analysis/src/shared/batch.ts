/** Prompts whose results stay apart: a dimension of prompts where there are several. */
import type { GPT2LanguageModel, Value } from "insitu";
import type { Axis } from "./labelled.ts";
import { isOne, type Prompts, positionLabels, promptLabels, type Rows, rowsOf } from "./prompts.ts";
import { chosen } from "./request.ts";

export interface Batch extends Rows {
  /** The dimension of prompts: one axis where a list of prompts was given, none for a single one. */
  prompts: Axis[];
  /** The positions asked for. */
  positions: number[];
  /** Their dimension. */
  position: Axis;
}

/** @throws PromptError for rows of different lengths; ArgumentError for a position that there is not. */
export function batchOf(model: GPT2LanguageModel, prompts: Prompts, positions?: readonly number[]): Batch {
  const rows = rowsOf(model, prompts);
  const at = chosen(positions, rows.length, "positions");
  const labels = positionLabels(rows);
  return {
    ...rows,
    prompts: isOne(prompts) ? [] : [{ name: "prompt", labels: promptLabels(model, rows) }],
    positions: at,
    position: { name: "position", labels: at.map((i) => labels[i] as string) },
  };
}

/** The positions asked for of a value [prompts, tokens, …]. */
export function atPositions(value: Value, { positions, length }: Batch): Value {
  const all = positions.length === length && positions.every((position, i) => position === i);
  return all ? value : value.at(":", positions);
}
