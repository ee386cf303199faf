/** Numbers and comparisons in words. */
import type { Comparison } from "./compare.ts";

export const shapeText = (shape: readonly (number | null)[]) => `[${shape.map((n) => n ?? "any").join(", ")}]`;

/** As many digits as a float32 has. */
export const numberText = (x: number) => (Number.isFinite(x) ? String(Number(x.toPrecision(7))) : String(x));

/** Where a number of the data stands in the tensor. */
export function indexOf(at: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  let rest = at;
  for (const n of [...shape].reverse()) {
    index.unshift(rest % n);
    rest = Math.floor(rest / n);
  }
  return index;
}

const WIDEST_BAR = 32;

/** What is known of a comparison: how many are off, the worst, and the histogram of errors. */
export function describeComparison(
  { size, off, atol, rtol, worst, histogram }: Comparison,
  shape: readonly number[],
): string {
  const lines = [
    `${off.toLocaleString("en")} of ${size.toLocaleString("en")} numbers ${off === 1 ? "is" : "are"} further off than ` +
      `${numberText(atol)} + ${numberText(rtol)} x |expected| (atol, rtol).`,
  ];
  if (worst && worst.error !== 0) {
    lines.push(
      `Worst at ${shapeText(indexOf(worst.at, shape))}: expected ${numberText(worst.expected)}, received ` +
        `${numberText(worst.received)}; off by ${numberText(worst.error)}, allowed ${numberText(worst.allowed)}.`,
    );
  }
  return [...lines, "", "Absolute errors:", ...histogramText(histogram)].join("\n");
}

function histogramText(histogram: Comparison["histogram"]): string[] {
  const most = Math.max(...histogram.map(({ count }) => count));
  const width = Math.max(...histogram.map(({ label }) => label.length));
  const digits = String(most).length;
  return histogram.map(({ label, count, off }) => {
    const bar = "█".repeat(Math.ceil((count / most) * WIDEST_BAR));
    const note = off > 0 ? ` ${off === count ? "all" : off} too far` : "";
    return `  ${label.padStart(width)}  ${String(count).padStart(digits)}  ${bar}${note}`.trimEnd();
  });
}
