/** What fast-check draws and shrinks: prompts, and for each a list of steps whose details are `Choices`. */
import fc from "fast-check";

export interface Step {
  /** Which place, of those that the model has. */
  site: number;
  choices: number[];
}

export interface InvokePlan {
  /** Token ids, a row each, of unequal length. */
  rows: number[][];
  steps: Step[];
}

export interface Plan {
  invokes: InvokePlan[];
  /** What an invoke of the whole batch reads at the end, where there are several. */
  whole: Step[];
}

/** Ids that are not padding. */
const row = fc.array(fc.integer({ min: 1, max: 511 }), { minLength: 1, maxLength: 7 });
const step = fc.record({
  site: fc.nat(9999),
  choices: fc.array(fc.nat(99_999), { minLength: 4, maxLength: 60, size: "max" }),
});

const invoke = fc.record({
  rows: fc.oneof({ arbitrary: fc.tuple(row), weight: 3 }, { arbitrary: fc.tuple(row, row), weight: 1 }),
  steps: fc.array(step, { minLength: 1, maxLength: 6, size: "max" }),
});

export const plans: fc.Arbitrary<Plan> = fc.record({
  invokes: fc.array(invoke, { minLength: 1, maxLength: 3, size: "max" }),
  whole: fc.array(step, { maxLength: 2, size: "max" }),
});
