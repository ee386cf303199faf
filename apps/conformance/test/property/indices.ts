/** Random indices of every kind that `at` takes, valid for a shape. */
import type { Index } from "insitu";
import type { Choices } from "./choices.ts";

/** To read, an index may name an entry twice; to write it may not, since which one wins is nobody's to say. */
export function randomIndex(shape: readonly number[], choices: Choices, purpose: "read" | "write"): Index[] {
  const count = choices.between(1, shape.length);
  const fromEnd = count < shape.length && choices.once(3);
  const axes = Array.from({ length: count }, (_, i) => (fromEnd ? shape.length - count + i : i));
  let lists = 0;
  let news = 0;
  const terms = axes.flatMap((axis): Index[] => {
    const size = shape[axis] as number;
    const kind = choices.of(["int", "whole", "range", "steps", "list", "bools", "new"] as const);
    if (kind === "int") return [choices.between(-size, size - 1)];
    if (kind === "range") return [range(size, choices)];
    if (kind === "steps") return [`${range(size, choices)}:${choices.between(1, 3)}`];
    if (kind === "list" && lists === 0) {
      lists++;
      return [list(size, choices, purpose)];
    }
    if (kind === "bools" && lists === 0 && size <= 16) {
      lists++;
      return [Array.from({ length: size }, (_, i) => i === 0 || choices.once(2))];
    }
    if (kind === "new" && purpose === "read" && news === 0) {
      news++;
      return [null, ":"];
    }
    return [":"];
  });
  return fromEnd ? ["...", ...terms] : terms;
}

/** A slice's start and stop, counted from either end; now and then empty. */
function range(size: number, choices: Choices): string {
  const start = choices.below(size);
  const stop = choices.once(12) ? start : choices.between(start + 1, size);
  const part = (x: number, open: boolean) => (open ? "" : x < size && choices.once(3) ? String(x - size) : String(x));
  return `${part(start, start === 0)}:${part(stop, stop === size)}`;
}

function list(size: number, choices: Choices, purpose: "read" | "write"): number[] {
  const picked = Array.from({ length: choices.between(1, Math.min(size, 4)) }, () => choices.below(size));
  const once = purpose === "write" ? [...new Set(picked)] : picked;
  return once.map((i) => (choices.once(3) ? i - size : i));
}
