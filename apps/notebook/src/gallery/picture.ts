/** The small picture on a notebook's card: numbers that the notebook itself gives (`test/gallery/pictures.ts` takes them). */
import type { ScaleKind } from "@insitu/react";
import pictures from "./pictures.json";

export interface CardPicture {
  readonly kind: ScaleKind;
  /** From -1 or 0 to 1. */
  readonly rows: readonly (readonly number[])[];
}

export function pictureOf(slug: string): CardPicture | undefined {
  const found = (pictures as Record<string, { kind: string; rows: string[] }>)[slug];
  if (!found) return undefined;
  const rows = found.rows.map((row) => row.split(" ").map((percent) => Number(percent) / 100));
  return { kind: found.kind as ScaleKind, rows };
}
