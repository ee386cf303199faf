/** An object with members of ours beside its own. */
export function withMembers<T extends object, M extends object>(object: T, members: M): T & M {
  return new Proxy(object, {
    get: (target, key) => (key in members ? members[key as keyof M] : Reflect.get(target, key)),
    has: (target, key) => key in members || key in target,
  }) as T & M;
}
