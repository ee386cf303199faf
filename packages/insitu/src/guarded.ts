import { ArgumentError, UnknownModuleError } from "@insitu/program";
import { callSite } from "./callSite.ts";
import type { Operand, Value } from "./value.ts";

/** Properties by name, made when asked for. */
export type Properties = Map<string, { get: () => unknown; set?: (value: never) => void }>;

/** An object of these properties only: any other name is an error that lists what there is. */
export function guarded(
  call: ((x: Operand, options?: { hook?: boolean }) => Value) | undefined,
  path: string,
  properties: Properties,
): object {
  const name = path || "model";
  const none = (key: string) =>
    new UnknownModuleError(`${name} has no ${key}.`, `It has: ${[...properties.keys()].join(", ")}.`, { path, key }).at(
      callSite(),
    );
  return new Proxy(call ?? {}, {
    get(_, key) {
      if (typeof key === "symbol" || IGNORED.test(key)) return undefined;
      const property = properties.get(key);
      if (!property) throw none(key);
      return property.get();
    },
    set(_, key, value) {
      const property = properties.get(String(key));
      if (!property) throw none(String(key));
      if (!property.set) {
        throw new ArgumentError(
          `${name}.${String(key)} cannot be assigned.`,
          "Assign to a module's input, output, or a name under source.",
          { path, key: String(key) },
        ).at(callSite());
      }
      property.set(value as never);
      return true;
    },
    has: (_, key) => properties.has(String(key)),
    ownKeys: () => [...properties.keys(), ...(call ? ["prototype"] : [])],
    getOwnPropertyDescriptor: (target, key) =>
      properties.has(String(key))
        ? { configurable: true, enumerable: true }
        : Reflect.getOwnPropertyDescriptor(target, key),
  });
}

/** Names that engines and tools ask of any object, among them `await`'s. */
export const IGNORED = /^(then|toJSON|\$\$typeof|nodeType|asymmetricMatch|constructor|prototype|name|length|_.*)$/;
