import type { NumbersOutput } from "./output.ts";

/** The code that reproduces a place of a sweep; undefined where none is known, or there is no such place. */
export function codeOfPlace({ code, shape, axes }: NumbersOutput, index: readonly number[]): string | undefined {
  if (code === undefined || index.length !== shape.length) return undefined;
  if (index.some((i, axis) => !(i >= 0 && i < shape[axis]!))) return undefined;
  return code.replace(/«([il])(\d+)»/g, (whole, kind: string, axis: string) => {
    const i = index[Number(axis)];
    if (i === undefined) return whole;
    // A label is text in the code, or in a comment of it: on one line either way.
    return kind === "i" ? String(i) : JSON.stringify(axes?.[Number(axis)]?.labels?.[i] ?? String(i));
  });
}
