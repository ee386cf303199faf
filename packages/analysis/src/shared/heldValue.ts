import { concat, type Held, type Value } from "insitu";

/** What is held, inside a trace, as a value that has methods: `times` over along its first dimension. */
export function heldValue(held: Held, times = 1): Value {
  const value = concat([held]);
  return times === 1 ? value : value.tile([times, ...new Array<number>(value.rank - 1).fill(1)]);
}
