import { useCallback, useState } from "react";

/**
 * A prop that may be controlled: given a `value`, that is what counts, and `onChange` is how it changes; else it begins
 * with `initial` and is kept here.
 */
export function useControlled<T>(
  value: T | undefined,
  initial: T,
  onChange: ((value: T) => void) | undefined,
): [T, (value: T) => void] {
  const [own, setOwn] = useState(initial);
  const change = useCallback(
    (next: T) => {
      setOwn(next);
      onChange?.(next);
    },
    [onChange],
  );
  return [value === undefined ? own : value, change];
}
