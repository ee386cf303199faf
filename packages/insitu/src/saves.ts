/** What came back of a program's saves, as tensors. */
import type { SavedData, TraceProgram } from "@insitu/program";
import { Tensor } from "./tensor.ts";

/** A run's saves, in the program's order: null for what was never reached. */
export type Saves = readonly (SavedData | null)[];

/** A program's saves by name; what was never reached is left out. */
export function savesByName({ saves }: TraceProgram, saved: Saves): Record<string, Tensor> {
  return Object.fromEntries(
    saves.flatMap(({ name }, i) => {
      const tensor = savedTensor(saved, i);
      return tensor ? [[name ?? `save${i}`, tensor]] : [];
    }),
  );
}

export function savedTensor(saved: Saves, i: number): Tensor | undefined {
  const value = saved[i];
  return value ? new Tensor(value.shape, value.dtype, value.data) : undefined;
}
