/**
 * The colours of numbers, the same in every component. Stops of our own, even steps of lightness in OKLab on both sides
 * of a true white at 0: a library's scales have a grey there, and bring a colour parser of some kilobytes.
 */

export type ScaleKind = "diverging" | "sequential";

export interface ColorScale {
  readonly kind: ScaleKind;
  /** From which number to which: beyond them, the colours of the ends. */
  readonly domain: readonly [number, number];
  /** A CSS colour. */
  color(value: number): string;
  /** Black or white: what can be read upon that colour. */
  ink(value: number): string;
  /**
   * A pixel of ImageData seen as 32-bit numbers, whatever the machine's order of bytes; 0, which is clear, for a masked
   * score, and HATCHED for what is no number.
   */
  pixel(value: number): number;
}

/** Numbers further out than this are no results: insitu's masked scores are -1e30. */
const MASKED = 1e29;

/** Whether a number has a colour: NaN and infinities are hatched, masked scores left out. */
export const hasColor = (value: number): boolean => Math.abs(value) < MASKED;

/** Whether a number stands for nothing: what attention may not look at. */
export const masked = (value: number): boolean => Number.isFinite(value) && !hasColor(value);

/** From red by white to blue. People who do not see red and green apart tell these. */
const DIVERGING = [
  ..."551116 8b1b1f b2423a d26e5f e89d8d f7cec3".split(" "),
  ..."ffffff c2dcf2 8bb8e3 5a93cf 356eb3 1c4a8e 152c57".split(" "),
];
/** From white to dark teal. */
const SEQUENTIAL = "ffffff c4dfda 8abfb9 509e9b 087c7e 01575c 01353a".split(" ");

/** An odd number of colours, so that one is exactly that of the middle. */
const COLORS = 513;

interface Table {
  rgb: Uint8Array;
  pixels: Uint32Array;
}

const tables: Partial<Record<ScaleKind, Table>> = {};

/** A scale over a domain; a diverging one is widened to be as far to the left of 0 as to the right. */
export function colorScale(kind: ScaleKind, [from, to]: readonly [number, number]): ColorScale {
  const far = Math.max(Math.abs(from), Math.abs(to)) || 1;
  const domain: readonly [number, number] = kind === "diverging" ? [-far, far] : [from, to];
  const [low, high] = domain;
  const { rgb, pixels } = tableOf(kind);
  const step = high > low ? (COLORS - 1) / (high - low) : 0;
  const indexOf = (value: number) => Math.round(Math.min(COLORS - 1, Math.max(0, (value - low) * step)));
  return {
    kind,
    domain,
    color(value) {
      if (!hasColor(value)) return masked(value) ? "transparent" : HATCHED_COLOR;
      const i = indexOf(value) * 3;
      return `rgb(${rgb[i]},${rgb[i + 1]},${rgb[i + 2]})`;
    },
    ink(value) {
      if (!hasColor(value)) return "#000";
      const i = indexOf(value) * 3;
      return luminance(rgb[i]!, rgb[i + 1]!, rgb[i + 2]!) > 0.18 ? "#000" : "#fff";
    },
    pixel: (value) => (hasColor(value) ? pixels[indexOf(value)]! : masked(value) ? 0 : HATCHED),
  };
}

/** The scale that suits numbers between these: one with a middle where they lie on both sides of 0. */
export function scaleFor(
  { min, max }: { min: number; max: number },
  kind: ScaleKind | "auto" = "auto",
  domain?: readonly [number, number] | undefined,
): ColorScale {
  const [from, to] = domain ?? (min === max ? [Math.min(0, min), Math.max(0, max) || 1] : [min, max]);
  return colorScale(kind === "auto" ? (from < 0 && to > 0 ? "diverging" : "sequential") : kind, [from, to]);
}

/** A scale's colours from its least to its greatest, as a CSS gradient. */
export const gradientOf = (kind: ScaleKind): string =>
  `linear-gradient(to right, ${stopsOf(kind)
    .map((stop) => `#${stop}`)
    .join(", ")})`;

/** Stands for stripes: no colour is this, being clear. */
export const HATCHED = 1;

/** Grey stripes, for what is no number. */
export const HATCH: readonly [Rgb, Rgb] = [
  [0xd4, 0xd4, 0xd4],
  [0x8a, 0x8a, 0x8a],
];
const HATCHED_COLOR = "#d4d4d4";

/** The same for CSS. */
export const HATCH_CSS = "repeating-linear-gradient(135deg, #d4d4d4 0 3px, #8a8a8a 3px 6px)";

type Rgb = readonly [number, number, number];

/** A colour as a 32-bit number of ImageData. */
export const packed = (rgb: Rgb): number => new Uint32Array(Uint8Array.of(...rgb, 255).buffer)[0]!;

const stopsOf = (kind: ScaleKind) => (kind === "diverging" ? DIVERGING : SEQUENTIAL);

function tableOf(kind: ScaleKind): Table {
  const known = tables[kind];
  if (known) return known;
  const stops = stopsOf(kind).map((stop) => Number.parseInt(stop, 16));
  const rgb = new Uint8Array(COLORS * 3);
  const pixels = new Uint32Array(COLORS);
  for (let i = 0; i < COLORS; i++) {
    const place = (i / (COLORS - 1)) * (stops.length - 1);
    const before = Math.min(stops.length - 2, Math.floor(place));
    const part = place - before;
    for (const [channel, shift] of [16, 8, 0].entries()) {
      const [a, b] = [(stops[before]! >> shift) & 255, (stops[before + 1]! >> shift) & 255];
      rgb[3 * i + channel] = Math.round(a + (b - a) * part);
    }
    pixels[i] = packed([rgb[3 * i]!, rgb[3 * i + 1]!, rgb[3 * i + 2]!]);
  }
  const table = { rgb, pixels };
  tables[kind] = table;
  return table;
}

/** As WCAG counts it, 0 to 1. */
function luminance(...rgb: [number, number, number]): number {
  const [r, g, b] = rgb.map((c) => (c / 255 <= 0.03928 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}
