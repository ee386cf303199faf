/** Sums as long as a vocabulary. */
import type { Value } from "insitu";

const BLOCK = 256;

/**
 * The sum over the last axis, kept as 1. Long axes are summed in blocks: a plain sum of 50,257 numbers one after the
 * other, as some backends make it, loses half of float32's digits.
 */
export function longSum(value: Value): Value {
  const size = value.shape.at(-1) as number;
  const before = value.shape.slice(0, -1);
  if (size <= BLOCK) return value.sum(-1, true);
  const blocks = Math.ceil(size / BLOCK);
  const missing = blocks * BLOCK - size;
  const whole = missing === 0 ? value : value.pad([...before.map(() => [0, 0] as const), [0, missing]]);
  return whole
    .reshape([...before, blocks, BLOCK])
    .sum(-1)
    .sum(-1, true);
}

/** Logarithms of the probabilities that logits stand for, over the last axis. */
export const logProbabilities = (logits: Value): Value => logits.sub(logNormalizer(logits));

/** log Σ e^x over the last axis, kept as 1: what is subtracted from logits to have logarithms of probabilities. */
export function logNormalizer(logits: Value): Value {
  // It changes nothing but the rounding, and has no part in the gradient.
  const largest = logits.max(-1, true).detach();
  return longSum(logits.sub(largest).exp()).log().add(largest);
}
