/** Numbers as they are shown, everywhere alike. */

/** A probability: "99.8 %", "0.03 %", "< 0.01 %". */
export function formatPercent(probability: number): string {
  const percent = probability * 100;
  if (percent > 0 && percent < 0.01) return "< 0.01 %";
  return `${percent.toFixed(percent >= 1 || percent === 0 ? 1 : 2)} %`;
}

/** Any number, in few digits: "3.14", "−0.002", "1.2e+5", "NaN". */
export function formatNumber(x: number): string {
  if (!Number.isFinite(x)) return String(x).replace("-", "−");
  const size = Math.abs(x);
  const text = size !== 0 && (size < 1e-3 || size >= 1e5) ? x.toExponential(1) : String(Number(x.toPrecision(3)));
  return text.replace(/^-/, "−");
}

/** How many: "12", "85 k", "3.9 M". */
export function formatCount(count: number): string {
  const unit = count >= 1e9 ? 1e9 : count >= 1e6 ? 1e6 : count >= 1e4 ? 1e3 : 1;
  const text = String(Number((count / unit).toPrecision(3)));
  return unit === 1 ? String(count) : `${text} ${{ 1e3: "k", 1e6: "M", 1e9: "G" }[unit]}`;
}
