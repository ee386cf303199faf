import { ArgumentError, callSite } from "insitu";

/** Numbers in [0, 1), the same for the same seed, a whole number: the high bits of a linear congruential generator modulo 2^64 (Knuth's MMIX constants). */
export function randomNumbers(seed: number): () => number {
  if (!Number.isSafeInteger(seed)) throw new ArgumentError(`seed is ${seed}.`, "Use a whole number.").at(callSite());
  const next = (state: bigint) => BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
  // One step apart, so that neighbouring seeds do not begin alike.
  let state = next(BigInt(seed));
  return () => {
    state = next(state);
    return Number(state >> 32n) / 2 ** 32;
  };
}
