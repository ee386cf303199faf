/** Timings of contestants that take turns, so that what slows the machine slows them all. */
export type Samples<Name extends string> = Record<Name, number[]>;

export interface Spread {
  value: number;
  min: number;
  max: number;
}

/**
 * Runs every contestant once unmeasured, which compiles its shaders, then `rounds` times in turn: A, B, A, B.
 * Gives milliseconds.
 */
export async function alternate<Name extends string>(
  contestants: Record<Name, () => Promise<unknown>>,
  rounds: number,
): Promise<Samples<Name>> {
  const names = Object.keys(contestants) as Name[];
  for (const name of names) await contestants[name]();
  const samples = Object.fromEntries(names.map((name) => [name, []])) as unknown as Samples<Name>;
  for (let round = 0; round < rounds; round++) {
    for (const name of names) samples[name].push(await milliseconds(contestants[name]));
  }
  return samples;
}

export async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

export function spread(values: readonly number[]): Spread {
  return { value: median(values), min: Math.min(...values), max: Math.max(...values) };
}

/** The ratio of the medians; least and greatest of the single rounds. */
export function ratio(numerator: readonly number[], denominator: readonly number[]): Spread {
  const rounds = numerator.map((n, i) => n / (denominator[i] as number));
  return { value: median(numerator) / median(denominator), min: Math.min(...rounds), max: Math.max(...rounds) };
}
