import { type DType, type IndexTerm, parseSliceText, SliceError } from "@insitu/program";

/** One term of an index as it is sent; recorded values in it join `operands`. @throws SliceError */
export function toTerms<V extends { readonly dtype: DType }>(
  term: unknown,
  operands: V[],
  isValue: (x: unknown) => x is V,
): IndexTerm[] {
  if (typeof term === "string") return parseSliceText(term);
  if (term === null || typeof term === "number") return [term];
  if (isValue(term)) {
    operands.push(term);
    return [term.dtype === "bool" ? { mask: operands.length - 1 } : { list: operands.length - 1 }];
  }
  if (Array.isArray(term)) {
    if (term.length > 0 && term.every((x) => typeof x === "boolean")) return [term.flatMap((x, i) => (x ? [i] : []))];
    if (term.every((x) => Number.isInteger(x))) return [[...(term as number[])]];
  }
  throw new SliceError(
    `${typeof term === "object" ? JSON.stringify(term) : String(term)} is not an index.`,
    "Index with numbers, slice text, lists of ints or bools, null, or recorded values.",
  );
}

/** The same terms with every mask replaced by whole slices. */
export function unmasked(terms: readonly IndexTerm[], ranks: readonly number[]): readonly IndexTerm[] {
  const isMask = (t: IndexTerm): t is { mask: number } => typeof t === "object" && t !== null && "mask" in t;
  if (!terms.some(isMask)) return terms;
  const whole = { start: null, stop: null, step: null };
  return terms.flatMap((t) => (isMask(t) ? new Array<IndexTerm>(ranks[t.mask] ?? 1).fill(whole) : [t]));
}
