/** The numbers on the gallery's cards: which of a notebook's they are. */
import type { Output } from "../../src/outputs/output.ts";
import { outputAt, type Place } from "./expectation.ts";

interface Crop {
  /** Of patterns of several heads, or of several matrices: which. */
  readonly head?: number;
  /** From which row, and which column; 12 at most are drawn. */
  readonly from?: readonly [row: number, column: number];
  /** Every second, or third. */
  readonly every?: number;
  /** Whether there are numbers on both sides of 0. */
  readonly kind: "diverging" | "sequential";
}

const MOST = 12;

export const PICTURES: Record<string, Place & Crop> = {
  "first-trace": { cell: 3, path: ["Heads"], head: 1, kind: "sequential" },
  "logit-lens": { cell: 3, kind: "sequential" },
  ablation: { cell: 3, kind: "diverging" },
  "activation-patching": { cell: 3, kind: "diverging" },
  ioi: { cell: 2, kind: "diverging" },
  // From the second time around, at the first.
  "induction-heads": { cell: 5, head: 0, from: [20, 1], kind: "sequential" },
  steering: { cell: 1, kind: "sequential" },
  gradients: { cell: 2, kind: "diverging" },
  "editing-a-fact": { cell: 2, kind: "sequential" },
  batching: { cell: 1, output: 0, kind: "sequential" },
  "your-own-model": { cell: 5, every: 2, kind: "sequential" },
};

/** Rows of percents, of the strongest that is drawn. */
export function pictureIn(shown: readonly (readonly Output[])[], slug: string) {
  const { kind, head = 0, from: [top, left] = [0, 0], every = 1, ...place } = PICTURES[slug]!;
  const output = outputAt(shown, place);
  if (output?.kind !== "numbers" && output?.kind !== "attention")
    throw new Error(`${slug}: there is ${output?.kind ?? "nothing"} where the picture is to come from.`);
  const { shape, data } = output;
  const [height, width] = shape.length > 1 ? (shape.slice(-2) as [number, number]) : [shape[0]!, 1];
  const rows: number[][] = [];
  for (let y = top; y < height && rows.length < MOST; y += every) {
    const row: number[] = [];
    for (let x = left; x < width && row.length < MOST; x += every)
      row.push(Number(data[(head * height + y) * width + x]));
    rows.push(row);
  }
  const most = Math.max(...rows.flat().map(Math.abs));
  return { kind, rows: rows.map((row) => row.map((value) => Math.round((100 * value) / most))) };
}
