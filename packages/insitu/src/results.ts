/** What a body returned, with every saved value turned into its numbers. */
import { AsyncBodyError, type DType, NotSavedError } from "@insitu/program";
import type { ActivationCache } from "./cache.ts";
import { callSite } from "./callSite.ts";
import type { Held } from "./held.ts";
import type { Tensor } from "./tensor.ts";
import { Value } from "./value.ts";

/** The type of a trace's result: values become tensors, within arrays and plain objects too. */
export type Resolved<T> = T extends Value
  ? Tensor
  : T extends Tensor | Held | ActivationCache | ArrayBufferView | ((...args: never[]) => unknown)
    ? T
    : T extends readonly unknown[]
      ? { -readonly [K in keyof T]: Resolved<T[K]> }
      : T extends object
        ? { [K in keyof T]: Resolved<T[K]> }
        : T;

/** What `scan` knows of a value. */
export interface Described {
  shape: number[];
  dtype: DType;
}

/** The type of a scan's result: values become their shapes. */
export type Scanned<T> = T extends Value
  ? Described
  : T extends ArrayBufferView | ((...args: never[]) => unknown)
    ? T
    : T extends readonly unknown[]
      ? { -readonly [K in keyof T]: Scanned<T[K]> }
      : T extends object
        ? { [K in keyof T]: Scanned<T[K]> }
        : T;

/** Every value in what a body returned, with its place in it. */
export function valuesIn(result: unknown, name = ""): { value: Value; name: string }[] {
  if (result instanceof Value) return [{ value: result, name }];
  return entriesOf(result).flatMap(([key, inner]) => valuesIn(inner, name === "" ? key : `${name}.${key}`));
}

/** @throws NotSavedError naming what was returned without `.save()`. */
export function checkSaved(result: unknown): void {
  const unsaved = valuesIn(result).find(({ value }) => !value.isSaved);
  if (unsaved) {
    throw new NotSavedError(
      `The body returned ${unsaved.name === "" ? "a value" : `"${unsaved.name}"`} that was not saved.`,
      "Only saved values leave the worker: call .save() on it.",
      { name: unsaved.name },
    ).at(callSite());
  }
}

/** Values of steps that a generation never reached are left out of arrays, and undefined elsewhere. */
export function resolve<T>(result: T): Resolved<T> {
  return mapValues(result, (value) => (value.isResolved ? value.value : undefined)) as Resolved<T>;
}

/** @throws AsyncBodyError for what an async body returns. */
export function refusePromise(result: unknown): void {
  if (typeof (result as { then?: unknown } | null | undefined)?.then !== "function") return;
  (result as Promise<unknown>).then(undefined, () => {});
  throw new AsyncBodyError(
    "The body is async: it returned a promise.",
    "Leave out async and await, and await the trace itself.",
  ).at(callSite());
}

export function scanned<T>(result: T): Scanned<T> {
  return mapValues(result, ({ shape, dtype }): Described => ({ shape: [...shape], dtype })) as Scanned<T>;
}

function mapValues(result: unknown, map: (value: Value) => unknown): unknown {
  if (result instanceof Value) return map(result);
  if (Array.isArray(result)) {
    const mapped = result.map((inner) => mapValues(inner, map));
    return mapped.filter((inner, i) => inner !== undefined || !(result[i] instanceof Value));
  }
  if (!isPlain(result)) return result;
  return Object.fromEntries(Object.entries(result).map(([key, inner]) => [key, mapValues(inner, map)]));
}

function entriesOf(result: unknown): [string, unknown][] {
  if (Array.isArray(result)) return result.map((v, i) => [String(i), v]);
  return isPlain(result) ? Object.entries(result) : [];
}

export function isPlain(x: unknown): x is Record<string, unknown> {
  if (typeof x !== "object" || x === null) return false;
  const prototype = Object.getPrototypeOf(x);
  return prototype === Object.prototype || prototype === null;
}
