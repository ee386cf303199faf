/**
 * Random programs on the same prompts, together and one by one: the same numbers, and no tensor kept.
 * `INSITU_PROPERTY_RUNS=1000` tries more.
 */
import fc from "fast-check";
import type { GPT2LanguageModel, TraceProgram } from "insitu";
import { beforeAll, expect, test } from "vitest";
import { loadInProcess } from "../../../packages/insitu/test/inProcess.ts";
import { disagreement, hangsOnRounding } from "./property/agreement.ts";
import { record } from "./property/body.ts";
import { type Plan, plans } from "./property/plans.ts";

const RUNS = Number(process.env["INSITU_PROPERTY_RUNS"] ?? 15);
const SEED = Number(process.env["INSITU_PROPERTY_SEED"] ?? (RUNS > 15 ? Date.now() % 2 ** 31 : 1));

let model: GPT2LanguageModel;

beforeAll(async () => {
  model = await loadInProcess("apps/conformance/oracle/model", { padTokenId: 0 });
});

/** One plan's steps on another's prompts. */
const onPrompts = ({ invokes }: Plan, { invokes: steps, whole }: Plan): Plan => ({
  invokes: invokes.map(({ rows }, i) => ({ rows, steps: steps[i % steps.length]!.steps })),
  whole,
});

const sweeps = fc.record({
  prompts: plans,
  variants: fc.array(plans, { minLength: 2, maxLength: 5, size: "max" }),
  /** Often enough, many begin with the same edit. */
  repeats: fc.constantFrom(1, 1, 4),
  chunkBytes: fc.constantFrom(2 ** 28, 200_000, 60_000, 1),
});

test(`${RUNS} random sweeps, seed ${SEED}`, { timeout: RUNS * 10_000 }, async () => {
  const { numTensors } = await model.memory();
  await fc.assert(
    fc.asyncProperty(sweeps, async ({ prompts, variants, repeats, chunkBytes }) => {
      const programs = variants.map((variant) => record(model, onPrompts(prompts, variant)));
      const [first] = programs as [TraceProgram];
      const list = [...Array.from({ length: repeats }, () => programs), first].flat();
      const together = await model.traceAll(list, { chunkBytes });
      expect((await model.memory()).numTensors).toBe(numTensors);
      const alone = await Promise.all(programs.map((program) => model.run(program)));
      for (const [i, saved] of together.entries()) {
        const expected = alone[i % programs.length]!;
        if (hangsOnRounding(expected)) continue;
        const worst = disagreement(expected, saved);
        expect(worst.error, `program ${i}, worst at ${worst.at}`).toBeLessThanOrEqual(1e-5);
      }
    }),
    { numRuns: RUNS, seed: SEED, endOnFailure: true },
  );
});
