import type { Color } from "./canvas.ts";

/** Blue below zero, white at it, red above: ColorBrewer's RdBu, which the colour-blind can read. */
const STOPS: readonly Color[] = [
  [5, 48, 97],
  [33, 102, 172],
  [67, 147, 195],
  [146, 197, 222],
  [209, 229, 240],
  [255, 255, 255],
  [253, 219, 199],
  [244, 165, 130],
  [214, 96, 77],
  [178, 24, 43],
  [103, 0, 31],
];

export const INK: Color = [40, 40, 40];
export const WHITE: Color = [255, 255, 255];
export const FRAME: Color = [150, 150, 150];
/** What is no number. */
const NONE: Color = [0, 0, 0];

/** The colour of a number on a scale from -1 to 1; what lies beyond has the end's. */
export function colorOf(x: number): Color {
  if (Number.isNaN(x)) return NONE;
  const place = ((Math.max(-1, Math.min(1, x)) + 1) / 2) * (STOPS.length - 1);
  const below = Math.min(STOPS.length - 2, Math.floor(place));
  const part = place - below;
  const [a, b] = [STOPS[below] as Color, STOPS[below + 1] as Color];
  const mix = (i: 0 | 1 | 2) => Math.round(a[i] + (b[i] - a[i]) * part);
  return [mix(0), mix(1), mix(2)];
}
