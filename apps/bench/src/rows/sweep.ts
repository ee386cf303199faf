/** A patching sweep: the clean run's stream put into the corrupted run, at each layer and position in turn. */
import type { TraceProgram } from "@insitu/program";
import type { GPT2LanguageModel, Tensor } from "insitu";
import { relativeError } from "../agreement.ts";
import { promptOf, vocabularyOf } from "../bench.ts";
import type { Figure } from "../figure.ts";
import { atLeast, failed, measured } from "../row.ts";
import { milliseconds } from "../samples.ts";

const SHAPE = "12x128x4x4096";
const LAYERS = 12;
const POSITIONS = 16;
const BAR = atLeast(4);
const SAME = 1e-5;

type Results = Record<string, Tensor>[];
type TraceAll = (programs: readonly TraceProgram[]) => Promise<Results>;

export const sweep: Figure = {
  name: `patching sweep, ${LAYERS} × ${POSITIONS}: one trace per cell / traceAll`,
  async measure(bench) {
    const shape = bench.layers === LAYERS ? bench.shape : SHAPE;
    const { model } = await bench.model(shape);
    if (!("traceAll" in model)) return [failed(this.name, "×", BAR, "not there: the model has no traceAll")];
    const traceAll: TraceAll = (programs) => (model.traceAll as TraceAll)(programs);
    const programs = await cells(model, vocabularyOf(shape));

    // Compiles what both need, on a few cells.
    await traceAll(programs.slice(0, 2 * POSITIONS));
    await model.run(programs[0] as TraceProgram);
    const single: Results = [];
    let all: Results = [];
    const one = await milliseconds(async () => {
      for (const program of programs) single.push(await model.run(program));
    });
    const together = await milliseconds(async () => {
      all = await traceAll(programs);
    });
    const error = relativeError(numbers(all), numbers(single));
    return [
      measured(this.name, "×", one / together, BAR, {
        wrong: error <= SAME ? undefined : `the numbers differ by ${error.toExponential(1)}`,
        note: `${shape}; ${Math.round(one)} ms one by one, ${Math.round(together)} ms together, once each`,
      }),
    ];
  },
};

/** Each cell's program saves one number: the logit of an answer. */
async function cells(model: GPT2LanguageModel, vocabulary: number): Promise<TraceProgram[]> {
  const cleanIds = promptOf(POSITIONS, { vocabulary, seed: 1 });
  const corruptedIds = promptOf(POSITIONS, { vocabulary, seed: 2 });
  const answer = cleanIds[0] as number;
  const clean = await model.trace(cleanIds, () => Array.from(model.transformer.h, (block) => block.output.save()));
  return clean.flatMap((stream, layer) =>
    Array.from({ length: POSITIONS }, (_, position) =>
      model.record(corruptedIds, () => {
        model.transformer.h[layer]!.output.at(0, position).set(stream.at(0, position).data as Float32Array);
        return { logit: model.lm_head.output.at(0, -1, answer).save() };
      }),
    ),
  );
}

const numbers = (results: Results) => results.flatMap((saved) => Object.values(saved).flatMap(({ data }) => [...data]));
