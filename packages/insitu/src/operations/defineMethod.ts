import type { Attrs } from "@insitu/program";

/** What a method of the table's operations is called on. */
export interface Recording {
  record(op: string, others: readonly unknown[], attrs?: Attrs): unknown;
  inPlace(op: string, others: readonly unknown[]): unknown;
}

/** Adds a method whose type an interface declares: the page that records pays for every method written out. */
export function defineMethod<A extends never[]>(
  prototype: object,
  name: string,
  value: (this: Recording, ...given: A) => unknown,
): void {
  Object.defineProperty(prototype, name, { value, writable: true, configurable: true });
}
