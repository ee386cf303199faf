/** Whether contestants compute the same: a row whose contestants do not does not count. */

const TOLERANCE = 1e-3;

/** The greatest difference, relative to the greatest value. */
export function relativeError(given: ArrayLike<number>, wanted: ArrayLike<number>): number {
  if (given.length !== wanted.length) return Number.POSITIVE_INFINITY;
  let difference = 0;
  let greatest = 0;
  for (let i = 0; i < wanted.length; i++) {
    const here = Math.abs((given[i] as number) - (wanted[i] as number));
    if (Number.isNaN(here)) return Number.POSITIVE_INFINITY;
    difference = Math.max(difference, here);
    greatest = Math.max(greatest, Math.abs(wanted[i] as number));
  }
  return difference / (greatest || 1);
}

/** What is wrong with `given`, or nothing. */
export function disagreement(
  name: string,
  given: ArrayLike<number>,
  wanted: ArrayLike<number>,
  tolerance = TOLERANCE,
): string | undefined {
  const error = relativeError(given, wanted);
  return error <= tolerance ? undefined : `${name} differs by ${error.toExponential(1)}`;
}

/** The same for token ids, exactly. */
export function differentIds(name: string, given: readonly number[], wanted: readonly number[]): string | undefined {
  const at = wanted.findIndex((id, i) => given[i] !== id);
  if (at < 0 && given.length === wanted.length) return undefined;
  return `${name} differs at token ${at < 0 ? wanted.length : at}`;
}
